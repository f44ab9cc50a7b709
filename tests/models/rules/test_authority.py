"""Who may do what: every role against every power."""

import pytest

from models.rules.authority import Held, Holder, HolderKind, Power, Role, permits, read_admins

SOLVED, CHAT = 1, 2
NOBODY: frozenset[Held] = frozenset()
GUARDIAN = frozenset({Held(Role.GUARDIAN)})
MAINTAINER = frozenset({Held(Role.MAINTAINER, SOLVED)})
ADMIN = frozenset({Held(Role.ADMIN)})

# Rows: what; columns: nobody, the maintainer of solved, a guardian, an admin.
TABLE = [
    (Power.ASK, None, (True, True, True, True)),
    (Power.ASK, SOLVED, (True, True, True, True)),
    (Power.ACT, SOLVED, (False, True, True, True)),
    (Power.ACT, CHAT, (False, False, True, True)),
    (Power.ACT, None, (False, False, True, True)),
    (Power.FOLLOW, None, (False, False, True, True)),
    (Power.ADMINISTER, None, (False, False, False, True)),
    (Power.ADMINISTER, SOLVED, (False, False, False, True)),
]


@pytest.mark.parametrize(("power", "plugin_id", "allowed"), TABLE)
def test_every_role_against_every_power(
    power: Power, plugin_id: int | None, allowed: tuple[bool, ...]
) -> None:
    roles = (NOBODY, MAINTAINER, GUARDIAN, ADMIN)
    assert tuple(permits(held, power, plugin_id) for held in roles) == allowed


def test_roles_add_up() -> None:
    both = MAINTAINER | {Held(Role.MAINTAINER, CHAT)}
    assert permits(both, Power.ACT, SOLVED)
    assert permits(both, Power.ACT, CHAT)
    assert not permits(both, Power.ACT, 3)


def test_the_setting_names_people_of_workspaces() -> None:
    assert read_admins(" slack:T012:U345 , Discord:123:456,") == (
        Holder("slack", "T012", HolderKind.USER, "U345"),
        Holder("discord", "123", HolderKind.USER, "456"),
    )
    assert read_admins("") == ()


@pytest.mark.parametrize(
    "text", ["U345", "slack:U345", "slack:T0:U3:x", "slack::U3", ":T:U", "slack:T 1:U3", "a:b:<@U>"]
)
def test_what_names_nobody_is_refused_with_how_it_is_written(text: str) -> None:
    with pytest.raises(ValueError, match="platform:workspace:user, such as slack:T012:U345"):
        read_admins(text)
