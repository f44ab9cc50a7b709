"""People who proved that a login of GitHub is theirs. Who they are, insiders alone may know. Pure."""

FACTS = {"person.linked": {"platform": "text"}}
