"""The dictionary: all that can be asked or done, by chat, button, form, or REST, one row each."""
