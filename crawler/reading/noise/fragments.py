"""The wording of what is never the story inside a line: fragments anywhere in it, tails glued to a paragraph, what ends a caption."""

import re

from crawler.reading.noise.phrases import AGENCY, DESK, DOMAIN, MEDIUM, OWN

# Pieces inside a line, each cut wherever it stands; the story around it stays.
FRAGMENT_HINTS = (
    *("(Baca", "(BACA", "(baca", "[Baca", "(Lihat", "(Simak"),
    *("[Gambas", "[gambas", "[GAMBAS", "googletag", "adsbygoogle", "{", "ADVERTISEMENT", "SCROLL", "Lihat Foto"),
    *("Add as a", "pic.twitter.com"),
)
FRAGMENTS = {
    "media": re.compile(r"\[Gambas:[^\]]*\]|\bpic\.twitter\.com/\w+", re.IGNORECASE),
    "script": re.compile(r"(?:window\.)?googletag\.cmd\.push\(.*?\}\s*\)\s*;?|\(adsbygoogle\b[^;]*;", re.IGNORECASE),
    "css": re.compile(r"(?:[.#][\w-]+\s*,?\s*)+\{[^{}]*:[^{}]*\}"),
    "ad": re.compile(r"\bADVERTISEMENT\b|\bSCROLL (?:TO CONTINUE WITH CONTENT|TO RESUME CONTENT|UNTUK MELANJUTKAN MEMBACA)\b"),
    "caption": re.compile(r"\bLihat Foto\b"),
    "related": re.compile(r"[(\[](?:baca|lihat|simak)(?: juga| selengkapnya)?\s?:[^()]{5,200}[)\]]", re.IGNORECASE),
    "promo": re.compile(r"\bAdd as a preferred source on Google\b"),
}

BRACKETS = (")", ").", ")*", ")**", "]", "].")  # what a line ends with that is signed or credited


def from_bracket(line: str, reach: int) -> int:
    """Where to look for what ends a line: from the blank before its last bracket on, if it ends with one."""
    opening = max(line.rfind("("), line.rfind("[")) - 1 if line.endswith(BRACKETS) else -1
    return max(opening, len(line) - reach, 0)


# Glued to the end of a paragraph, mostly after the end of a sentence: cut to the end of the line.
TAIL_REACH = 420  # how far from the end of a line a tail can begin: the longest promotion seen has 250 characters
TAIL_HINTS = (
    *("juga:", "juga :", "Juga:", "Juga :", "JUGA:", "JUGA :", "Baca:", "Baca :", "BACA:", "selengkapnya", "Video", "alaman "),
    *(" ini telah ", " ini sudah ", " ini bersumber ", "breaking", "Breaking", "Whats", "whats", "Telegram", "Google", "Next A"),
    *("Penulis", "Reporter", "Editor", "Pewarta", "opyright", "OPYRIGHT"),
)
_SENTENCE_END = r"(?:(?<=[.!?”’)\]])|(?<=[^\s(\[][\"']))\s*"  # a quotation mark behind a blank opens a quotation
_INITIALS = r"(?:[a-z]{2,5}|[a-z]{1,3}-?\d{1,3}|[A-Z][a-z]{0,4}|\*)"
_NAMED = r"(?!(?:HR|QS|Q\.S)\b)[A-Z][\w.'’-]+(?:[ ][A-Z][\w.'’-]*){1,3}"  # a person; not a hadith or a verse
TAILS = re.compile(
    rf"""
    {_SENTENCE_END}(?:
      (?P<signoff>[(\[](?:[a-z]{{2,8}}\d{{0,2}}|{_INITIALS})(?:\s?/\s?(?:[A-Za-z]{{2,6}}\d?|\*)){{1,3}}[)\]][\s.*]*$)  # Putin. (sef/sef)
    | (?P<code>\((?:{DESK}|[A-Z]{{2,4}}|[a-z]{{2,4}}\d?|Red|Ant|Adv|\*{{1,3}})\)[\s.*]*$)        # (H-4), (FHM)
    | (?P<square>\[(?!sic)(?:[a-z]{{2,5}}|[A-Z]{{2,5}}|Red|Ant|\*)\][\s.*]*$)                      # [bal]
    | (?P<named>\((?:{_NAMED}(?:\s?/\s?{_NAMED})?|(?:{_NAMED}|[A-Z][\w.'’-]+|[a-z]{{2,5}})/[a-z]{{4,20}})\s?\)[\s.*]*$)  # (Rani Contoh)
    | (?P<source>\(\s*(?:{DOMAIN}|[Tt]ribun\w+|{AGENCY})(?:\s?[/,]\s?[^()]+)?\)\s*$)          # (Tribunnews.com/Name), (Reuters)
    | (?P<origin>\((?:[Ss]umber\s*:[^()]{{2,60}}|[\w.+-]+@{DOMAIN})\)\s*$)                     # (Sumber: Antara), (rani@contoh.id)
    | (?P<house>\((?:\*|[^()]{{2,40}})/(?:{DOMAIN}|[Tt]ribun\w+)\)\s*$)                       # (*/tribun-medan.com)
    | (?P<related>\(?(?:Baca|BACA|Lihat|Simak|Tonton|Saksikan)(?:\s(?:[Jj]uga|JUGA)(?:\s[Vv]ideo)?\s*:.*
        |\s?:[^.!?]{{10,160}}[.!?)]*|\s(?:[Jj]uga\s)?[Vv]ideo(?:\s?:|\s["'“‘]|\s[Pp]ilihan\b)[^.]*|\sartikel\s.{{10,200}}\sselengkapnya\b.*)$)
    | (?P<republished>(?:Artikel|Berita)\sini\s(?:(?:telah|sudah)\s(?:tayang|terbit|dimuat)
        |bersumber\sdari\s(?:www\.)?{DOMAIN})\b.*$)
    | (?P<promo>(?:(?:Simak|Ikuti|Dapatkan|Cek|Gabung|Baca|Yuk)\b{OWN.replace(" ", "[ ]")}[^.]*\b|(?:Ikuti|Gabung|Follow|Join)\s(?:di\s)?)
        (?i:{MEDIUM.replace(" ", "[ ]")})\b(?!\situ\b).*$)
    | (?P<credit>(?:(?:Penulis|Reporter|Editor|Pewarta)\s*:\s*[A-Z][^:]{{2,60}}(?:(?:Editor|Sumber)\s*:[^:]{{2,60}})?
        |(?i:copyright)\s*[©@(].{{2,40}})$)
    | (?P<pagination>(?:Halaman\s(?i:selanjutnya|berikutnya)(?:\s*[:>»].*)?
        |(?:Selengkapnya|Bersambung|Lanjut)\b[^.]{{0,30}}\shalaman\s(?:selanjutnya|berikutnya|\d+)\W*)$)
    | (?P<next_article>Next\sArticle\b.*$))
    | \s+(?P<initials>\((?:(?!dan/|km/){_INITIALS}(?:/{_INITIALS}){{1,3}}|\*{{1,3}})\)[\s.*]*$)   # Tol Buahbatu (mdk/yan)
    """,
    re.VERBOSE,
)

# What signs a story below its last paragraph: "DINI TEJA", "DINI TEJA | ANTARA", "REUTERS", "(Rani Contoh)", "rs/ha (Reuters, AP)"
_CAPITALS = r"(?:[A-Z]{2,8}|[A-Z][A-Z.']+(?: [A-Z][A-Z.']*){1,4})"
SIGNED = re.compile(
    rf"(?:{_CAPITALS}(?: ?[|/] ?{_CAPITALS}){{0,3}}|\({_NAMED}(?:/[a-z]{{4,20}})?\s?\)"
    r"|[a-z]{2,3}(?:/[a-z]{2,4}){1,2}(?: \([^()]+\))?)\W*"
)

CODED = re.compile(rf"\(?{DESK}\)?\W*")  # a desk's number for a story, which names nobody

# A teaser ends with its age: "Kapal Khayalan Tiba 3 jam yang lalu"
AGE_REACH = 24
AGED = re.compile(r"\d{1,2} (?:detik|menit|jam|hari|minggu|pekan|bulan|tahun|minutes?|hours?|days?) (?:yang )?(?:lalu|ago)$", re.IGNORECASE)

_NAME = r"[\w.’'\ -]{2,40}"
_PICTURES = (
    r"(?:[Pp]exels|[Uu]nsplash|[Ff]reepik|[Pp]ixabay|[Ss]hutterstock|iStock|[Ii]nstagram|[Tt]witter|[Yy]ou[Tt]ube|[Ff]acebook|[Tt]ik[Tt]ok)"
    r"(?:\.com)?"
)
CAPTION_REACH = 160
CAPTION_HINTS = ("(", "[", "/", ":", "©", " via ", " VIA ", " melalui ")  # one of them is in every end of a caption
CAPTION_END = re.compile(
    rf"""(?:
      \((?:[^()]*[\s.,/])?(?:Photo\ by\b|[Ss]umber\ [Ff]oto\b|(?:[Ff]oto|FOTO|Sumber|[Dd]ok|DOK|[CcKk]redit)\s?[:;./@])[^()]*\)\.?$
      # (Dok. X), (Foto: X); but "(Sumber Daya Mineral)", "(Daerah Istimewa Yogyakarta)", "(foto dan video)" end a sentence of the story
    | \((?:(?:[Ff]oto|FOTO|[Dd]ok|DOK)(?:\s(?:[A-Z]|dok\b|ist|pribadi|humas)[^()]*)?|(?:[^()]*[:/,.]\s*)?[Ii]st(?:imewa)?\.?)\)\.?$
    | \(\s*(?:{AGENCY})\s*/(?!\s?(?:[A-Z]{{1,3}}-\d|[a-z]{{2,5}}\)))[^()]{{2,60}}\)\.?$  # (AFP/GAVRIIL GRIGOROV), not (Reuters/Z-2)
    | \([^()]{{2,60}}/\s*(?:{AGENCY})\s*\)\.?$                            # (Kevin Dietsch/Getty Images/AFP)
    | [(\[](?:{_PICTURES})\s?/[^()\[\]]{{1,60}}[)\]]$           # (unsplash.com/Nama Contoh); with a full stop behind it a sentence
    | \[(?:[Ff]oto\b|{_PICTURES}|{DOMAIN}/|(?:{AGENCY})\b)[^\[\]]{{0,60}}\]$  # [Contoh.com/Name], [Shutterstock], [ANTARA]
    | \s/(?:{_PICTURES}|{AGENCY}|Dok)\b[^.!?]{{0,60}}$           # /Pixabay/Name
    | \b(?:Foto|FOTO|Photo)\s?:\s?[\w.@/][^.!?:]{{1,50}}$      # Kapal di teluk Foto: Name
    | (?:\((?!{_PICTURES}/)(?:{DOMAIN}|[A-Z]{{4,}})|(?:^|\s)[A-Z]+\.(?:com|COM|ID))/[A-Z\ .'-]{{3,40}}\)?\.?$  # (KOMPAS.com/NAME)
    | \b(?:{AGENCY})\s+(?:via|VIA|melalui)\s+(?:{AGENCY})(?:/{_NAME})?$   # KCNA via REUTERS, KCNA VIA KNS/AFP
    | (?:^|\s){_NAME}(?:\s?/\s?{_NAME}){{0,3}}\s?/\s?(?:{AGENCY})$        # Alexey NIKOLSKY / SPUTNIK / AFP
    | (?:^|[\s(])(?:ANTARA(?:\ FOTO)?|REUTERS|AFP|AP\ Photo)(?:/{_NAME}){{1,3}}\)?\.?$  # ANTARA FOTO/Name/abc
    | (?<!right\ )(?<!RIGHT\ )[©]\s?(?:\d{{4}}\s)?[\w@/.\ ]{{2,60}}$                              # ©2021 Instagram @name/editorial
    )""",
    re.VERBOSE,
)
