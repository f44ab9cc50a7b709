"""Who did what and who may, and all that can be asked: rows of the dictionary."""

from functools import partial

from models.actions.action import Action, ActionKind, Reading
from models.actions.arguments import Choice, FreeWords, Name, Source, Whom
from models.actions.core import acting, people, questions
from models.actions.core.takes import IN_QUOTES, SOLVED, WORKSPACE
from models.actions.words import LONGEST
from models.rules.authority import Power, Role
from models.rules.speaking import marked

PEOPLE: tuple[Action, ...] = (
    Action(
        kind=ActionKind.QUESTION,
        name="audit",
        summary=marked("Who did what, newest first"),
        run=people.audit,
        inside=True,
        takes=(
            FreeWords(name="plugin", about=marked("A plugin's name, now or before"), called="NAME"),
        ),
        examples=("", SOLVED),
    ),
    Action(
        kind=ActionKind.ACT,
        name="role",
        summary=marked(
            "Let somebody act on all plugins (guardian), on one (maintainer), or give roles too (admin)"
        ),
        run=acting.change_role,
        takes=(
            Choice(
                name="change",
                about=marked("To give a role or to take it"),
                of=("grant", "revoke"),
                required=True,
                missing=marked("Say whether to grant or to revoke a role"),
            ),
            Choice(
                name="role",
                about=marked("Which role"),
                of=(Role.GUARDIAN, Role.ADMIN, Role.MAINTAINER),
                required=True,
                missing=marked("A role is guardian, maintainer or admin"),
            ),
            Whom(
                name="whom",
                about=marked("A person or a role"),
                required=True,
                missing=marked(
                    "Name whom you mean by a mention, by the platform's id of them, or as group:ID"
                ),
            ),
            Name(
                name="plugin",
                about=marked("A maintainer's plugin"),
                lead="of",
                of=Source.PLUGINS,
                missing=marked("A maintainer is one of a plugin: add “of NAME”"),
                needed_for=Role.MAINTAINER,
                longest=LONGEST,
                hint=IN_QUOTES,
            ),
        ),
        power=Power.ADMINISTER,
        examples=(
            "grant guardian <@U0123>",
            f"grant maintainer <@U0123> of {SOLVED}",
            "revoke guardian group:S0123",
        ),
    ),
    Action(
        kind=ActionKind.QUESTION,
        name="roles",
        summary=marked("Who may do what here"),
        run=people.roles,
        also=("role list",),
    ),
    Action(
        kind=ActionKind.QUESTION,
        name="workspaces",
        summary=marked(
            "Which workspaces and guilds may ask for more than what is public; with “admit”, one more"
        ),
        run=people.workspaces,
        usage="[admit|dismiss] [PLATFORM:ID]",
        reading=Reading(hint=marked(": say whether to admit or to dismiss a workspace")),
        examples=("", "admit slack:T0123", "dismiss discord:456"),
        inside=True,
    ),
    *(
        Action(
            kind=ActionKind.ACT,
            name=f"workspaces {verb}",
            within="workspaces",
            summary=summary,
            run=partial(acting.admit, admits),
            takes=(WORKSPACE,),
            power=Power.ADMINISTER,
            examples=("slack:T0123",),
        )
        for verb, admits, summary in (
            (
                "admit",
                True,
                marked("Let people of a workspace ask for more than what is public, and act"),
            ),
            ("dismiss", False, marked("Let people of a workspace do neither any more")),
        )
    ),
    Action(
        kind=ActionKind.ACT,
        name="approve",
        summary=marked("Vouch for a site, so that its admin gets the key that they ask for"),
        run=acting.approve,
        takes=(
            Name(
                name="site",
                about=marked("The site's domain"),
                called="DOMAIN",
                required=True,
                missing=marked("Name the site by its domain"),
            ),
            Name(
                name="code",
                about=marked("The code that its admin sees"),
                called="CODE",
                required=True,
                missing=marked(
                    "Add the code that the site's admin sees on the page that asks for the key"
                ),
            ),
        ),
        power=Power.TEST,
        examples=("forum.example.com pluginwatch-0123456789abcdef",),
    ),
    Action(
        kind=ActionKind.QUESTION,
        name="jobs",
        summary=marked("Scheduled jobs, with their last and next runs"),
        run=questions.jobs,
        inside=True,
    ),
    Action(
        kind=ActionKind.QUESTION,
        name="help",
        summary=marked("All commands or one in detail"),
        run=questions.help_,
        public=True,
        takes=(
            Name(
                name="command",
                about=marked("The command to explain"),
                called="COMMAND",
                of=Source.COMMANDS,
                lower=True,
            ),
        ),
        examples=("", "status"),
    ),
)
