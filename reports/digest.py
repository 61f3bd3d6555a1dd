"""The digest: the stories that are new, as a mail."""

from datetime import datetime
from email import policy
from email.message import EmailMessage

from reports.page import Ask, shown, template


def digest(ask: Ask, *, topic: str, since: datetime) -> EmailMessage | None:
    """Return a mail without a recipient, in text and HTML; None when no story is new."""
    stories, ill = ask("digest").rows, [row for row in ask("health").rows if row["status"] != "ok"]
    if not stories:
        return None
    mail = EmailMessage(policy=policy.SMTP.clone(linesep="\n"))
    mail["Subject"] = f"{topic}: {len(stories)} new {'story' if len(stories) == 1 else 'stories'} since {shown(since)} WIB"
    values = {"topic": topic, "since": since, "stories": stories, "ill": ill}
    mail.set_content(template("digest.txt").render(values))
    mail.add_alternative(template("digest.html").render(values), subtype="html")
    return mail
