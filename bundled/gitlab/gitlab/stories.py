"""Issues and releases, as they stand."""

from gitlab.pipelines import when


def take_issue(call, body, plugin):
    """An issue that opened, changed or closed; confidential ones are left."""
    about = body["object_attributes"]
    if about.get("confidential"):
        return
    told = {"title": about["title"][:300], "url": about["url"], "state": about["state"]}
    known = call.rows("issue", plugin=plugin, iid=about["iid"])
    if known:
        call.change("issue", known[0]["id"], **told)
    else:
        call.add("issue", plugin=plugin, iid=about["iid"], **told)


def take_release(call, body, plugin):
    """A release that was made, changed or taken back."""
    known = call.rows("release", plugin=plugin, tag=body["tag"])
    if body.get("action") == "delete":
        for row in known:
            call.remove("release", row["id"])
    elif not known:
        at = body.get("released_at")
        released_at = when(at).isoformat() if at else None
        call.add(
            "release", plugin=plugin, tag=body["tag"], url=body["url"], released_at=released_at
        )
