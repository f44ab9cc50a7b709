"""Carries messages into rooms: a card, its edits in place, and replies in its thread."""

from matrix.client import Homeserver, as_typed_here
from matrix.listening import account_of


def tell(call, message):
    """A message; answers the id under which it stands in the room."""
    server = Homeserver(call)
    room = _with(server, account_of(message["to"])) if message["is_person"] else message["to"]
    words = as_typed_here(message["words"], call.options["prefix"])
    said = {"msgtype": "m.text", "body": words}
    card = message["card"]
    if message["action"] == "edit" and card:
        replaced = {"rel_type": "m.replace", "event_id": card}
        content = {
            **said,
            "body": f"* {words}",
            "m.new_content": said,
            "m.relates_to": replaced,
        }
        server.send(room, f"outbox-{message['id']}", content)
        return card
    if message["action"] == "reply" and card:
        said["m.relates_to"] = {"rel_type": "m.thread", "event_id": card}
    return server.send(room, f"outbox-{message['id']}", said)


def _with(server, account):
    """The room in which the bot and this person are by themselves; made at the first need of it."""
    path = ("user", server.account, "account_data", "m.direct")
    direct = server.get(*path)
    if direct.get(account):
        return direct[account][-1]
    wanted = {"invite": [account], "is_direct": True, "preset": "trusted_private_chat"}
    made = server.post("createRoom", body=wanted)["room_id"]
    server.put(*path, body={**direct, account: [made]})
    return made
