"""What people ask and say of it."""

_SHOWN = 20


def watch(call, project, plugin):
    """A project on GitLab is this plugin from now on."""
    for row in call.rows("project", path=project):
        call.remove("project", row["id"])
    call.add("project", path=project, plugin=plugin)
    return f"What {project} tells is of {plugin} from now on"


def unwatch(call, project):
    """Nobody listens to it any more; what is known of it goes."""
    found = call.rows("project", path=project)
    for row in found:
        call.remove("project", row["id"])
    return f"{project} is not watched any more" if found else f"{project} is not watched"


def projects(call):
    """Which is which."""
    rows = [[row["path"], row["plugin"]] for row in call.rows("project")]
    how = "Let one be watched: /plugin gitlab watch GROUP/PROJECT PLUGIN"
    return _table("Projects on GitLab", ["Project", "Plugin"], rows, how)


def issues(call, plugin):
    """Those that are open."""
    rows = [
        [f"#{row['iid']}", row["title"], row["url"]]
        for row in call.rows("issue", plugin=plugin, state="opened")
    ]
    return _table(f"Open issues of {plugin} on GitLab", ["Issue", "Title", "Where"], rows, "None.")


def releases(call, plugin):
    """The newest last."""
    rows = [
        [row["tag"], (row["released_at"] or "")[:10], row["url"]]
        for row in call.rows("release", plugin=plugin)
    ]
    return _table(f"Releases of {plugin} on GitLab", ["Release", "Day", "Where"], rows, "None.")


def _table(title, header, rows, otherwise):
    if not rows:
        return {"title": title, "blocks": [{"kind": "text", "text": otherwise}]}
    shown = {"kind": "table", "header": header, "rows": rows[-_SHOWN:]}
    return {"title": title, "blocks": [shown]}
