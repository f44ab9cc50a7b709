"""A platform-neutral form: what is asked, without how a platform asks it."""

from typing import Literal, NamedTuple

from models.rules.inert import inert

# What the form of every platform can hold; a Discord modal is the smallest.
MOST_FIELDS = 5
LONGEST_LABEL = 45
LONGEST_HINT = 100
LONGEST_ANSWER = 3_000


class Field(NamedTuple):
    """One thing asked, on a line or in a paragraph. `hint` shows while it is empty."""

    name: str
    label: str
    hint: str = ""
    kind: Literal["line", "paragraph"] = "paragraph"
    required: bool = False
    prefilled: str = ""


class Form(NamedTuple):
    """A form that a command opens; sending it is typing `command` with what was filled in."""

    title: str
    command: str
    fields: tuple[Field, ...]
    note: str = ""


def made_inert(form: Form) -> Form:
    """The form with hidden characters made visible in all its words."""
    fields = tuple(
        field._replace(
            label=inert(field.label),
            hint=inert(field.hint),
            prefilled=inert(field.prefilled),
        )
        for field in form.fields
    )
    return Form(inert(form.title), inert(form.command), fields, inert(form.note))
