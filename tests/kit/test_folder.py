"""What plugins make of the folder in which the Guard keeps what it knows, before they crash the host."""

import pytest

from tests.kit.hosts import HOST, Workplace

FIND = """\
import glob, os, shutil, tempfile
state = os.environ["PLUGINWATCH_GUARD_FOLDER"]
own, notes = f"{state}/sample", f"{state}/sample/loading"
spare = f"{tempfile.gettempdir()}/pluginwatch-guard-*/*"
"""
CRASH = "import ctypes; ctypes.string_at(0)"
BEFORE_A_CRASH = {
    "it is deleted": "shutil.rmtree(state)",
    "it is another's file": "shutil.rmtree(own); open(own, 'w').close()",
    "it is a link to nowhere": "shutil.rmtree(own); os.symlink('/nowhere/at/all', own)",
    "it is a link to itself": "shutil.rmtree(own); os.symlink(own, own)",
    "its notes are a file": "shutil.rmtree(notes); open(notes, 'w').close()",
    "its notes are emptied": "[open(note, 'w').close() for note in glob.glob(f'{notes}/*')]",
    "a note is a pipe": "[os.mkfifo(f'{each}/a.marker') for each in (notes, *glob.glob(spare))]",
    "a note never ends": "os.symlink('/dev/zero', f'{notes}/a.marker')",
    "what is known never ends": "os.symlink('/dev/zero', f'{own}/standing.json')",
    "what is known is a full device": "os.symlink('/dev/full', f'{own}/standing.json')",
    "the lock is a pipe": "os.path.exists(f'{own}/standing.lock') or os.mkfifo(f'{own}/standing.lock')",
    "there are very many notes": "[open(f'{notes}/{n}.marker', 'w').close() for n in range(3_000)]",
}
UP = "loaded a-good-entry and up"


@pytest.mark.parametrize("deed", BEFORE_A_CRASH)
def test_the_host_is_up_at_the_second_start_whatever_became_of_the_folder(
    place: Workplace, deed: str
) -> None:
    place.install("a-good")
    place.install("bad", more=f"{FIND}{BEFORE_A_CRASH[deed]}\n{CRASH}")
    assert "and up" not in place.start()
    assert UP in place.start()
    assert UP in place.start()
    assert "quarantined bad 1.0" in place.ask("list")


def test_a_disk_that_is_full_costs_one_start_and_no_other(place: Workplace) -> None:
    """What could not be stored was forgotten, and the plugin ended every second start."""
    place.install("a-good")
    place.install("bad", deed="crashes")
    place.start()
    full = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n{HOST}"
    for _ in range(3):
        said = place.start(code=full)
        assert UP in said
        assert "this quarantine is not stored" in said
    assert UP in place.start()
    assert "quarantined bad 1.0" in place.ask("list")


def test_one_that_takes_away_both_folders_on_purpose_is_not_found(place: Workplace) -> None:
    """Nothing is left by which that start could be told from the first one on a new machine."""
    both = "[shutil.rmtree(each) for each in (state, *glob.glob(spare))]"
    place.install("bad", more=f"{FIND}{both}\n{CRASH}")
    assert not place.start() + place.start()
    place.install("bad", "1.1")
    assert "loaded bad-entry and up" in place.start()
