"""What a plugin that failed changed in its process, put back: it is left out, and so is what it replaced."""

import builtins
import contextlib
import importlib
import io
import json
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from typing import Any

# What a host and its Guard cannot do without, whose names a plugin may put others in the place of.
_MODULES = (
    *(builtins, sys, importlib, io, os, os.path, time, threading, signal),
    *(json, logging, traceback, tempfile, subprocess, socket),
)
_LIMITS = (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_AS)
_ESSENTIAL = ("sys", "builtins", "os", "importlib", __name__)


class Surroundings:
    """How these things stand now, of this process."""

    def __init__(self) -> None:
        self._namespaces = [(vars(each), dict(vars(each))) for each in _MODULES]
        self._loaded, self._modules = sys.modules, dict(sys.modules)
        root = logging.getLogger()
        mutable = (sys.path, sys.meta_path, sys.path_hooks, root.handlers, root.filters)
        self._lists: list[tuple[list[Any], list[Any]]] = [(each, list(each)) for each in mutable]
        self._logs_from = root.manager.disable
        self._depth = sys.getrecursionlimit()
        self._traced, self._profiled = sys.gettrace(), sys.getprofile()
        self._environment = dict(os.environ)
        self._limits = {each: resource.getrlimit(each) for each in _LIMITS}
        self._is_main = threading.current_thread() is threading.main_thread()
        self._handlers = {each: signal.getsignal(each) for each in signal.valid_signals()}
        self._alarm = signal.getitimer(signal.ITIMER_REAL)

    @property
    def missing(self) -> list[str]:
        """The modules without which nothing can be imported any more, as far as they are gone."""
        return [each for each in _ESSENTIAL if each not in sys.modules]

    def put_back(self) -> None:
        """Let things stand as they did. What is new beside them stays."""
        sys.settrace(self._traced)
        sys.setprofile(self._profiled)
        for names, before in self._namespaces:
            for name, value in before.items():
                if names.get(name, names) is not value:
                    names[name] = value
        for name, module in self._modules.items():
            self._loaded.setdefault(name, module)
        for items, kept in self._lists:
            if items != kept:
                items[:] = kept
        logging.getLogger().manager.disable = self._logs_from
        sys.setrecursionlimit(self._depth)
        for name, text in self._environment.items():
            if os.environ.get(name) != text:
                os.environ[name] = text
        for limit, allowed in self._limits.items():
            if resource.getrlimit(limit) != allowed:
                with contextlib.suppress(OSError, ValueError):
                    resource.setrlimit(limit, allowed)
        if self._is_main:
            self._put_signals_back()

    def _put_signals_back(self) -> None:
        if signal.getitimer(signal.ITIMER_REAL)[0] and not self._alarm[0]:
            signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in self._handlers.items():
            if handler is not None and signal.getsignal(number) is not handler:
                signal.signal(number, handler)
