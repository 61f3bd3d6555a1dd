"""Words and signs that several readings look for, as regular expressions to build others of."""

_ROLE = (
    "penulis|reporter|pewarta|wartawan|jurnalis|kontributor|rep|editor|redaktur|red|penyunting|sumber|uploader|fotografer|penerjemah|oleh"
    "|teks dan foto|foto dan teks|naskah|video editor|produser|laporan|author|writer"
)
ROLES = rf"(?:{_ROLE})(?:\s(?:lepas|magang|pelaksana)\b|(?:\s*(?:&|dan)\s*|/|\s/\s)(?:{_ROLE}))?"
AGENCY = (
    r"AFP|REUTERS|Reuters|AP(?: Photo)?|Associated Press|KCNA|KNS|YONHAP|Yonhap|TASS|SPUTNIK|Sputnik|EPA(?:-EFE)?"
    r"|ANTARA(?: FOTO)?|Antara(?: Foto)?|Xinhua|Kyodo|UPI|Getty Images|GETTY IMAGES|Bloomberg|NurPhoto|Anadolu|RIA Novosti|Interfax"
    r"|[Ss]hutterstock|iStock\w*|[Ff]reepik|[Pp]ixabay|[Uu]nsplash|POOL|Pool"
)
DOMAIN = r"[\w-]{1,40}\.(?:com|co\.id|co|id|tv|net|news|org)"
# H-4, Ant/OL-3, T.R021/B/A014, U.KR-PNG/B/S024, KR-ABC, Red/01
DESK = r"(?:(?:[A-Za-z]{2,8}/)?[A-Z]{1,3}-\d{1,2}|[A-Z]{1,2}\.[A-Z]?[\w-]*(?:\d|/[A-Z]/)[\w./-]*|KR-[A-Z]{2,4}|Red/\d{1,3})"
MEDIUM = (
    r"(?:whats\s?app|wa|telegram) (?:channel|saluran|grup|group)|(?:channel|saluran|kanal|grup) (?:whats\s?app|wa|telegram|youtube)"
    r"|google ?(?:news|discover)|breaking news"
)
# What an outlet says of itself or of its stories: in a sentence without it a channel is a thing in the story.
OWN = (
    r"(?=.*(?:\b(?:kami|berita|artikel|kabar|konten|google news|breaking news|newsletter|di sini)\b|news\b|kompas\.com\+"
    r"|(?<!go)\.(?:com|id|tv)\b|//))"
)
PERSON = r"(?!(?:HR|QS|Q\.S)\b)[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,3}"  # two names or more; not a hadith or a verse

VOCABULARY = (ROLES, AGENCY, DOMAIN, DESK, MEDIUM, OWN)
