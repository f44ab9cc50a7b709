"""Every public function here is a handler, which extension.toml names in `run`."""

from datetime import UTC, datetime, timedelta

# Greetings that are older are forgotten.
KEPT = timedelta(days=30)


def hello(call, whom=""):
    """A question: it answers words or a message, and changes nothing."""
    name = whom or call.asker["name"]
    count = call.gettext("Count it")
    again = {"kind": "buttons", "buttons": [[count, f"helloworld greet {name.split()[0]}"]]}
    return {"title": f"{call.gettext(call.options['word'])} {name}!", "blocks": [again]}


def greet(call, whom):
    """An act: what it raises is stored with its answer, once or not at all."""
    call.tell("greeted", whom=whom, at=datetime.now(UTC).isoformat())
    counted = call.gettext("It is counted.")
    return f"{call.gettext(call.options['word'])} {whom}! {counted}"


def was_greeted(call, event):
    """Hears its own event, after the fact, and writes into an own table."""
    facts = event["data"]
    known = call.rows("greeting", whom=facts["whom"])
    if known:
        row = known[0]
        call.change("greeting", row["id"], times=row["times"] + 1, last_at=facts["at"])
    else:
        call.add("greeting", whom=facts["whom"], times=1, last_at=facts["at"])


def greetings(call):
    """A table of what it stored."""
    rows = [[row["whom"], str(row["times"])] for row in call.rows("greeting")]
    if not rows:
        return "Nobody was greeted yet"
    table = {"kind": "table", "header": ["Whom", "How often"], "rows": rows}
    return {"title": "Who was greeted", "blocks": [table]}


def of_plugin(call, plugin):
    """A panel on the page of each plugin."""
    return f"{len(call.rows('breakage', plugin=plugin))} times since this extension is on"


def of_incident(call, incident):
    """A panel on the page of each incident."""
    known = call.rows("breakage", incident=incident)
    return "It was heard of" if known else "It was not heard of"


def overview(call):
    """Asks Pluginwatch a question, as the person who asks, and adds what it knows itself."""
    failing = call.ask("failing")
    broke = call.rows("breakage", is_over=False)
    told = [{"kind": "text", "text": f"{row['plugin']} broke ({row['incident']})"} for row in broke]
    return {"title": failing["title"], "blocks": told}


def care(call, incident):
    """Has something done to each of the incidents that are selected, as the person who asks and with their power."""
    for number in incident:
        call.act("ack", incident=number)
    return f"Cared for: {', '.join(map(str, incident))}"


def broke(call, event):
    """Hears of an incident that opened."""
    data = event["data"]
    plugin = data["plugin"]["handle"]
    call.add("breakage", incident=data["incident"], plugin=plugin, is_over=False)


def was_fixed(call, event):
    """Hears of its end."""
    for row in call.rows("breakage", incident=event["data"]["incident"]):
        call.change("breakage", row["id"], is_over=True)


def decorate(call, event):
    """Adds to the card of an incident what is known of its plugin here; the card is edited with that."""
    plugin = event["data"]["plugin"]["handle"]
    times = len(call.rows("breakage", plugin=plugin))
    one, many = "{plugin} broke once since I watch", "{plugin} broke {times} times since I watch"
    return call.ngettext(one, many, times).format(plugin=plugin, times=times) if times else ""


def mood(call, plugin, mood, more):
    """Says something to its step of a bug report, which becomes a part of the issue."""
    call.log(f"{len(more)} characters more")
    return f"{plugin} makes somebody {mood}" if mood == "upset" else f"{plugin} can wait"


def was_called(call, event):
    """Takes a webhook, verified by the host: {"whom": "Ada"} greets."""
    body = event["data"]
    if "plugin" in body:
        call.say(
            body["plugin"],
            "compatible" if body.get("works") else "tests_failing",
            branch="main",
            sha=body["sha"],
            at=event["timestamp"],
            said_by="a caller of helloworld",
        )
    elif "words" in body:
        _ask(call, str(body["user"]), str(body["words"]))
    elif "whom" in body:
        call.tell("greeted", whom=str(body["whom"])[:100], at=event["timestamp"])


def _ask(call, user, words):
    """Somebody asks in its chat; Pluginwatch answers them as a person of the platform helloworld."""
    told = call.answer(words, workspace="lobby", user=user, name=user, channel="lobby")
    call.add("line", room="lobby", words=f"{user}: {words}")
    call.add("line", room="lobby", words=told["words"])


def tell(call, message):
    """Carries into its chat what is followed there; answers the id under which it stands."""
    call.add("line", room=message["to"], words=message["words"])
    return f"line-{message['id']}"


def chat(call):
    """What was said there."""
    said = [row["words"] for row in call.rows("line")]
    return {"title": "What was said", "blocks": [{"kind": "items", "items": said[-20:]}]}


def tidy(call):
    """A job: the clock calls it once a day."""
    oldest = datetime.now(UTC) - KEPT
    for row in call.rows("greeting"):
        if datetime.fromisoformat(row["last_at"]) < oldest:
            call.remove("greeting", row["id"])
