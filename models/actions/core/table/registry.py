"""What is known of plugins' limits, and of which plugins go together: rows of the dictionary."""

from dataclasses import replace

from models.actions.action import Action, ActionKind, Reading
from models.actions.arguments import (
    Choice,
    Flag,
    FreeWords,
    Heading,
    HostBranch,
    Members,
    Name,
    NameOrWords,
    Source,
    Versions,
)
from models.actions.core import checking, declaring, questions
from models.actions.core.takes import BRANCH, ME, PLUGIN, SOLVED
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
            HostBranch(
                name="branch",
                about=marked("A host branch: tests-passed, beta or stable"),
                called="BRANCH",
                of=Source.BRANCHES,
                required=True,
                missing=marked(
                    "check needs a host branch, such as stable, and plugins behind a colon"
                ),
            ),
            Heading(
                name="at",
                about=marked("The host's version there, such as 3.5.0"),
                lead="at",
                called="VERSION",
                missing=marked("“at” needs the host's version, such as 3.5.0"),
            ),
            Heading(
                name="runtime",
                about=marked("The version of its Ruby, Python or Java"),
                lead="runtime",
                called="VERSION",
                missing=marked("“runtime” needs the version of its Ruby, Python or Java"),
            ),
            Heading(
                name="before",
                about=marked("The host branch that they run on now, to see what changes"),
                lead="from",
                called="BRANCH",
                of=Source.BRANCHES,
                missing=marked("“from” needs the host branch that they run on now"),
            ),
            Name(
                name="site",
                about=marked("A site that reports, by its domain"),
                lead="site",
                called="DOMAIN",
                missing=marked("“site” needs the domain of a site that reports"),
            ),
            Members(
                name="plugins",
                about=marked(
                    "The plugins, with commas between; a version or commit may follow each"
                ),
                missing=marked("Name the plugins, with commas between"),
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
                about=marked("A site that reports, by its domain"),
                called="DOMAIN",
                required=True,
                missing=marked("Name the site by its domain"),
            ),
            replace(BRANCH, lead="to", missing=marked("“to” needs a host branch, such as stable")),
            Flag(name="off", about=marked("You plan it no more"), word="off"),
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
                about=marked("What you declare or edit"),
                of=(*Fact, *Detail),
                required=True,
                missing=marked("Say what you declare or edit: {choices}"),
            ),
            NameOrWords(
                name="value",
                about=marked(
                    "A status, versions such as >=3.5, the other plugin, or the words; off takes them back"
                ),
                called="STATUS|VERSIONS|NAME|WORDS",
                required=True,
                wordy=tuple(Detail),
                fillers=("with", "on", "host"),
                missing=marked(
                    "Say which status, versions such as >=3.5, or other plugin; or what it should be, or off"
                ),
            ),
            Versions(
                name="versions", about=marked("Versions of the other plugin, such as >=1.2, <2")
            ),
            Versions(
                name="of",
                about=marked("The plugin's own versions for which it holds; all unless you say"),
                lead="of",
                missing=marked("“of” needs versions of the plugin itself, such as <1.5"),
            ),
            Flag(name="off", about=marked("It holds no more"), word="off"),
            FreeWords(
                name="because",
                about=marked("Why, with a link if there is one"),
                label="reason",
                lead="because",
                called="REASON",
                missing=marked("“because” needs a reason"),
            ),
        ),
        power=Power.ACT,
        usage=(
            f"NAME {'|'.join(Fact)} STATUS|VERSIONS|NAME [VERSIONS] [of VERSIONS] [off] [because REASON]"
            f" | NAME {'|'.join(Detail)} VALUE|off"
        ),
        reading=Reading(
            hint=marked(
                "; versions look like >=3.5, a reason follows “because”, and “off” takes it back; a name with spaces "
                "needs quotes"
            )
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
)
