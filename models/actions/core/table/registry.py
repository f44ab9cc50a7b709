"""What is known of plugins' limits, and of which plugins go together: rows of the dictionary."""

from dataclasses import replace
from functools import partial

from models.actions.action import Action, ActionKind, Reading
from models.actions.arguments import (
    Choice,
    Flag,
    FreeWords,
    Heading,
    Members,
    Name,
    NameOrWords,
    Source,
    Versions,
)
from models.actions.core import checking, declaring, master_list, questions
from models.actions.core.takes import BRANCH, IN_QUOTES, ME, PLUGIN, READING_NAMES, SOLVED
from models.messages.removal import NO_REASON
from models.rules.authority import Power
from models.rules.declaring import Fact
from models.rules.details import Detail
from models.rules.speaking import marked

REGISTRY: tuple[Action, ...] = (
    Action(
        kind=ActionKind.QUESTION,
        name="check",
        summary=marked(
            "Whether plugins would work together on a host branch, and why; those of a list or of a site"
        ),
        run=checking.check,
        takes=(
            Heading(
                name="branch",
                about="A host branch: tests-passed, beta or stable",
                called="BRANCH",
                of=Source.BRANCHES,
                required=True,
                missing="check needs a host branch, such as stable, and plugins behind a colon",
            ),
            Heading(
                name="at",
                about="The host's version there, such as 3.5.0",
                lead="at",
                called="VERSION",
                missing="“at” needs the host's version, such as 3.5.0",
            ),
            Heading(
                name="runtime",
                about="The version of its Ruby, Python or Java",
                lead="runtime",
                called="VERSION",
                missing="“runtime” needs the version of its Ruby, Python or Java",
            ),
            Heading(
                name="before",
                about="The host branch that they run on now, to see what changes",
                lead="from",
                called="BRANCH",
                of=Source.BRANCHES,
                missing="“from” needs the host branch that they run on now",
            ),
            Name(
                name="site",
                about="A site that reports, by its domain",
                lead="site",
                called="DOMAIN",
                missing="“site” needs the domain of a site that reports",
            ),
            Members(
                name="plugins",
                about="The plugins, with commas between; a version or commit may follow each",
                missing="Name the plugins, with commas between",
            ),
        ),
        usage="BRANCH [at VERSION] [runtime VERSION] [from BRANCH]: NAME [VERSION], … | BRANCH site DOMAIN",
        examples=(
            f"stable: {SOLVED}, voting 1.2",
            f"stable at 3.5.0: {SOLVED}",
            f"beta from stable: {SOLVED}, voting",
            "stable site forum.example.com",
        ),
    ),
    Action(
        kind=ActionKind.ACT,
        name="upgrade",
        summary=marked(
            "Have the digest of this channel say, before you upgrade a site, whether its plugins would work"
        ),
        run=declaring.upgrade,
        of_place=True,
        takes=(
            ME,
            Name(
                name="site",
                about="A site that reports, by its domain",
                called="DOMAIN",
                required=True,
                missing="Name the site by its domain",
            ),
            replace(BRANCH, lead="to", missing="“to” needs a host branch, such as stable"),
            Flag(name="off", about="You plan it no more", word="off"),
        ),
        power=Power.FOLLOW,
        usage="[me] DOMAIN to BRANCH|off",
        examples=("forum.example.com to stable", "me forum.example.com off"),
    ),
    Action(
        kind=ActionKind.QUESTION,
        name="deprecated",
        summary=marked(
            "Plugins that should not be used any more, or that nobody keeps, and at how many sites they run"
        ),
        run=questions.deprecated,
    ),
    Action(
        kind=ActionKind.ACT,
        name="edit",
        summary=marked(
            "Declare a plugin's status, hosts and other plugins; or edit its tags, maintainers, docs and more"
        ),
        run=declaring.edit,
        takes=(
            PLUGIN,
            Choice(
                name="what",
                about="What you declare or edit",
                of=(*Fact, *Detail),
                required=True,
                missing=f"Say what you declare: {', '.join(Fact)}; or edit: {', '.join(Detail)}",
            ),
            NameOrWords(
                name="value",
                about="A status, versions such as >=3.5, the other plugin, or the words; off takes them back",
                called="STATUS|VERSIONS|NAME|WORDS",
                required=True,
                wordy=tuple(Detail),
                fillers=("with", "on", "host"),
                missing="Say which status, versions such as >=3.5, or other plugin; or what it should be, or off",
            ),
            Versions(name="versions", about="Versions of the other plugin, such as >=1.2, <2"),
            Versions(
                name="of",
                about="The plugin's own versions for which it holds; all unless you say",
                lead="of",
                missing="“of” needs versions of the plugin itself, such as <1.5",
            ),
            Flag(name="off", about="It holds no more", word="off"),
            FreeWords(
                name="because",
                about="Why, with a link if there is one",
                label="reason",
                lead="because",
                called="REASON",
                missing="“because” needs a reason",
            ),
        ),
        power=Power.ACT,
        usage=(
            f"NAME {'|'.join(Fact)} STATUS|VERSIONS|NAME [VERSIONS] [of VERSIONS] [off] [because REASON]"
            f" | NAME {'|'.join(Detail)} VALUE|off"
        ),
        reading=Reading(
            hint=f"; versions look like >=3.5, a reason follows “because”, and “off” takes it back{IN_QUOTES}"
        ),
        examples=(
            f"{SOLVED} status deprecated because assign does it now",
            f"{SOLVED} needs >=3.5",
            f"{SOLVED} conflicts voting <1.2",
            f"{SOLVED} conflicts voting off",
            f"{SOLVED} tags support, answers",
            f"{SOLVED} docs https://meta.discourse.org/t/30155",
        ),
    ),
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
                about="Its address or name on GitHub",
                called="URL",
                required=True,
                missing="Name its repository on GitHub, such as https://github.com/owner/name",
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
                    about="Its number",
                    called="NUMBER",
                    required=True,
                    missing="{action} needs the number of a submission, as on its card",
                ),
                FreeWords(
                    name="because",
                    about="Why, for who submitted it",
                    label="reason",
                    lead="because",
                    called="REASON",
                    missing="“because” needs a reason",
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
                about="Why, for those who follow it",
                label="reason",
                lead="because",
                called="REASON",
                missing=NO_REASON,
            ),
        ),
        power=Power.TEST,
        reading=READING_NAMES,
        examples=(f"{SOLVED} because Discourse itself does it now",),
    ),
)
