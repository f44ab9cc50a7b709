"""What happens in the stand-in, as it would in GitHub: told in deliveries, and to be read afterwards."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.jobs.github.conftest import an_issue
from tests.servers.github_hub import Hub, HubRepository, Json, written

LABELS = {1: "bug", 2: "ux", 3: "wontfix", 4: "needs info"}


class Happenings:
    """Draws what happens; with the same seed the same happens."""

    def __init__(self, hub: Hub, random: Random) -> None:
        self._hub = hub
        self._random = random
        self._runs = 0

    def one(self, at: datetime) -> None:
        """Something happens in one of the repositories, and GitHub tells of it."""
        home = self._random.choice(list(self._hub.repositories.values()))
        happen = self._random.choices(
            [
                self._opened,
                self._changed,
                self._pushed,
                self._released,
                self._tested,
                self._renamed_label,
                self._deleted,
            ],
            [6, 8, 2, 1, 3, 1, 1],
        )[0]
        happen(home, at)

    def _tell(
        self, home: HubRepository, event: str, action: str, at: datetime, **body: Any
    ) -> None:
        self._hub.tell(event, {"action": action, "repository": home.shown(), **body}, at)

    def _opened(self, home: HubRepository, at: datetime) -> None:
        number = max(home.issues, default=0) + 1
        home.issues[number] = an_issue(number, at, repository=home.id)
        self._tell(home, "issues", "opened", at, issue=home.issues[number])

    def _changed(self, home: HubRepository, at: datetime) -> None:
        if not home.issues:
            return self._opened(home, at)
        issue = home.issues[self._random.choice(sorted(home.issues))]
        match self._random.choice(["closed", "reopened", "labeled", "edited", "commented"]):
            case "labeled":
                label = self._random.choice(sorted(LABELS))
                home.labels.setdefault(label + home.id * 10, LABELS[label])
                kept = {one["id"]: one for one in issue["labels"]}
                kept[label + home.id * 10] = {
                    "id": label + home.id * 10,
                    "name": home.labels[label + home.id * 10],
                }
                self._update(home, issue, "labeled", at, labels=list(kept.values()))
            case "commented":
                issue |= {"comments": issue["comments"] + 1, "updated_at": written(at)}
                self._tell(home, "issue_comment", "created", at, issue=dict(issue))
            case "edited":
                self._update(home, issue, "edited", at, title=f"{issue['title']}!")
            case "closed":
                self._update(home, issue, "closed", at, state="closed", closed_at=written(at))
            case _:
                self._update(home, issue, "reopened", at, state="open", closed_at=None)
        return None

    def _update(
        self, home: HubRepository, issue: Json, action: str, at: datetime, **changes: Any
    ) -> None:
        issue |= {**changes, "updated_at": written(at)}
        self._tell(home, "issues", action, at, issue=dict(issue))

    def _deleted(self, home: HubRepository, at: datetime) -> None:
        still_open = [number for number, issue in home.issues.items() if issue["state"] == "open"]
        if still_open:
            gone = home.issues.pop(self._random.choice(sorted(still_open)))
            self._tell(home, "issues", "deleted", at, issue=gone)

    def _pushed(self, home: HubRepository, at: datetime) -> None:
        sha = f"{self._random.getrandbits(160):040x}"
        home.commits[home.default_branch].insert(0, sha)
        home.pushed_at = at
        self._tell(
            home, "push", "", at, ref=f"refs/heads/{home.default_branch}", after=sha, deleted=False
        )

    def _released(self, home: HubRepository, at: datetime) -> None:
        number = len(home.releases) + 1
        times = {
            "created_at": written(at),
            "published_at": written(at),
            "draft": False,
            "prerelease": False,
        }
        home.releases.append(
            {"id": home.id * 1_000 + number, "tag_name": f"v{number}", "name": "", **times}
        )
        self._tell(home, "release", "published", at, release=home.releases[-1])

    def _renamed_label(self, home: HubRepository, at: datetime) -> None:
        if home.labels:
            id_ = self._random.choice(sorted(home.labels))
            former, name = home.labels[id_], f"{home.labels[id_]}+"
            home.labels[id_] = name
            for issue in home.issues.values():
                issue["labels"] = [
                    {**one, "name": name} if one["id"] == id_ else one for one in issue["labels"]
                ]
            changes = {"name": {"from": former}}
            self._tell(
                home, "label", "edited", at, label={"id": id_, "name": name}, changes=changes
            )

    def _tested(self, home: HubRepository, at: datetime) -> None:
        self._runs += 1
        number, ok = home.id * 1_000 + self._runs, self._random.random() < 0.6
        sha, conclusion = home.commits[home.default_branch][0], "success" if ok else "failure"
        began = {"started_at": written(at - timedelta(minutes=9)), "completed_at": written(at)}
        output = {
            "output": {"title": None, "summary": None},
            "conclusion": conclusion,
            "status": "completed",
        }
        check = {"id": number, "name": "ci / backend_tests", "head_sha": sha, **began, **output}
        home.checks[number] = [{**check, "check_suite": {"id": number}}]
        home.annotations[number] = [
            {"path": "a.rb", "start_line": 1, "annotation_level": "failure", "message": "no"}
        ]
        run = {
            "id": number,
            "check_suite_id": number,
            "name": "Discourse Plugin",
            "event": "push",
            "head_branch": home.default_branch,
            "head_sha": sha,
            "head_repository": {"id": home.id},
            "status": "completed",
            "conclusion": conclusion,
            "run_attempt": 1,
            "created_at": written(at - timedelta(minutes=10)),
            "updated_at": written(at),
        }
        home.runs.append(run)
        suite = {"id": number, "head_branch": home.default_branch, "pull_requests": []}
        self._tell(home, "check_run", "completed", at, check_run={**check, "check_suite": suite})
        self._tell(home, "workflow_run", "completed", at, workflow_run=run)
