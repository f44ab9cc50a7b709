"""What gets onto the master list, and off it: rows of the dictionary."""

from functools import partial

from models.actions.action import Action, ActionKind, Reading
from models.actions.arguments import FreeWords, Name
from models.actions.core import master_list
from models.actions.core.takes import PLUGIN, SOLVED
from models.messages.removal import NO_REASON
from models.rules.authority import Power
from models.rules.speaking import marked

MASTER_LIST: tuple[Action, ...] = (
    Action(
        kind=ActionKind.ACT,
        name="add",
        summary=marked(
            "Submit a plugin for the master list: what its repository says is shown, and a guardian accepts it"
        ),
        run=master_list.add,
        of_place=True,
        takes=(
            Name(
                name="repository",
                about=marked("Its address or name on GitHub"),
                called="URL",
                required=True,
                missing=marked(
                    "Name its repository on GitHub, such as https://github.com/owner/name"
                ),
            ),
        ),
        examples=("https://github.com/discourse/discourse-solved", "discourse/discourse-solved"),
    ),
    *(
        Action(
            kind=ActionKind.ACT,
            name=name,
            summary=summary,
            run=partial(master_list.decide, accepts),
            takes=(
                Name(
                    name="submission",
                    about=marked("Its number"),
                    called="NUMBER",
                    required=True,
                    missing=marked("{action} needs the number of a submission, as on its card"),
                ),
                FreeWords(
                    name="because",
                    about=marked("Why, for who submitted it"),
                    label="reason",
                    lead="because",
                    called="REASON",
                    missing=marked("“because” needs a reason"),
                ),
            ),
            power=Power.TEST,
            examples=("3", "3 because it is a theme"),
        )
        for name, accepts, summary in (
            ("accept", True, marked("Take a submitted plugin to the master list")),
            ("decline", False, marked("Decline a submitted plugin")),
        )
    ),
    Action(
        kind=ActionKind.ACT,
        name="remove",
        summary=marked(
            "Take a plugin off the master list: its history is kept, its incidents end, its followers are notified"
        ),
        run=master_list.remove,
        takes=(
            PLUGIN,
            FreeWords(
                name="because",
                about=marked("Why, for those who follow it"),
                label="reason",
                lead="because",
                called="REASON",
                missing=NO_REASON,
            ),
        ),
        power=Power.TEST,
        reading=Reading(
            hint=marked("; a name with spaces needs quotes, and a reason follows “because”")
        ),
        examples=(f"{SOLVED} because Discourse itself does it now",),
    ),
)
