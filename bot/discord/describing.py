"""What commands and options are for, in English and in each language that is spoken and that Discord knows."""

from collections.abc import Iterator

from discord import Locale
from discord.app_commands import TranslationContextTypes, Translator, locale_str

from bot.discord import fitting
from models.messages.words import clip
from models.rules.speaking import languages_known, say, speaking, spoken


class Descriptions:
    """Makes descriptions of so many characters at the most.

    Discord counts the longest of all languages of each; `beyond` is how much longer those are than the English ones.
    """

    def __init__(self, longest: int) -> None:
        self.beyond = 0
        self._longest = longest

    def __call__(self, words: str, otherwise: str = "") -> locale_str:
        """The words, which are marked; `otherwise` where there are none, for Discord wants one."""
        english = clip(words, self._longest) or otherwise
        longest = max(map(fitting.size, self._in_each(words)), default=0)
        self.beyond += max(0, longest - fitting.size(english))
        return locale_str(english, words=words, longest=self._longest)

    def _in_each(self, words: str) -> Iterator[str]:
        for language in languages_known():
            with speaking(language):
                yield clip(say(words), self._longest)


class Words(Translator):
    """Translates descriptions; names and choices are typed alike in all languages."""

    async def translate(
        self, string: locale_str, locale: Locale, _context: TranslationContextTypes, /
    ) -> str | None:
        """The description in this language; None where it is the English one."""
        if not string.extras:
            return None
        with speaking(spoken(locale.value.casefold())):
            said = clip(say(string.extras["words"]), string.extras["longest"])
        return said if said and said != string.message else None
