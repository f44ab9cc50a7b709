"""Who holds which name in the master list: the handles that plugins have and had, while a list is imported."""

from collections.abc import Collection
from typing import cast

from sqlmodel import Session, select

from models.rules.ecosystems import Ecosystem
from models.rules.namesakes import prefixed
from models.tables import Alias, Plugin


class HeldNames:
    """The handles of these plugins, and those that they had before."""

    def __init__(self, session: Session, plugins: Collection[Plugin]) -> None:
        self._session = session
        self._aliases = {alias.handle: alias for alias in session.exec(select(Alias))}
        by_id = {plugin.id: plugin for plugin in plugins}
        self._holders = {plugin.handle: plugin for plugin in plugins}
        self._holders |= {alias.handle: by_id[alias.plugin_id] for alias in self._aliases.values()}

    def __getitem__(self, handle: str) -> Plugin:
        """The plugin that has, or had, the handle."""
        return self._holders[handle]

    def is_held(self, handle: str, plugin: Plugin | None) -> bool:
        """Whether any other plugin has, or had, the handle."""
        return self._holders.get(handle, plugin) is not plugin

    def add(self, plugin: Plugin) -> None:
        """Note a plugin that is new."""
        self._holders[plugin.handle] = plugin

    def own(self, name: str, ecosystem: str, plugin: Plugin | None) -> str:
        """The handle for the name: with the ecosystem before it where a plugin of another one has it.

        Discourse's have no prefix.
        """
        own = prefixed(name, ecosystem)
        if ecosystem == Ecosystem.DISCOURSE:
            return name
        of_another = self.is_held(name, plugin) and self._holders[name].ecosystem != ecosystem
        return own if of_another or self.is_held(own, plugin) else name

    def rename(self, plugin: Plugin, wanted: str, *, leaves_alias: bool) -> None:
        """Let the plugin have another handle, and perhaps the present one as a former one."""
        before = plugin.handle
        self._forget_alias(wanted)
        plugin.handle = wanted
        self._holders[wanted] = plugin
        # Each rename is written at once, or the next plugin to take a released handle could be
        # written before it.
        self._session.flush()
        if leaves_alias:
            self._leave_alias(plugin, before)
        else:
            del self._holders[before]

    def put_behind(self, former: str) -> None:
        """Let the plugin that had this handle have had it with its ecosystem before it."""
        holder = self._holders.pop(former)
        self._forget_alias(former)
        self._session.flush()
        self._leave_alias(holder, prefixed(former, holder.ecosystem))

    def _forget_alias(self, handle: str) -> None:
        if handle in self._aliases:
            self._session.delete(self._aliases.pop(handle))

    def _leave_alias(self, plugin: Plugin, before: str) -> None:
        self._holders[before] = plugin
        self._aliases[before] = Alias(handle=before, plugin_id=cast("int", plugin.id))
        self._session.add(self._aliases[before])
