#!/bin/sh
# Starts the browser as another user: Playwright takes one executable and starts it as its own user.
# The environment names the interpreter, the user's number and the browser.
exec "$CANARY_PYTHON" -I -S -c '
import os, sys
user, browser = int(os.environ.pop("CANARY_USER")), os.environ.pop("CANARY_BROWSER")
del os.environ["CANARY_PYTHON"]
os.setgroups([])
os.setresgid(user, user, user)
os.setresuid(user, user, user)
os.execv(browser, [browser, *sys.argv[1:]])
' "$@"
