"""How every command reads its arguments: free text, options given once, options that name several things."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import click

#: What can be an option: `--name`, `--name=value`, `-x`, `-xVALUE`; neither `-5% by 2030` nor `-- a comment`.
_OPTION = re.compile(r"--[A-Za-z][\w-]*(=.*)?|-[A-Za-z]\S*", re.DOTALL)


class OptionsOnce(click.Command):
    """Refuses an option that may be given once and is given twice."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; raises `click.UsageError` (exit code 2) for a repeated option."""
        if not ctx.resilient_parsing:
            self._refuse_repeated(ctx, args)
        return super().parse_args(ctx, args)

    def _refuse_repeated(self, ctx: click.Context, args: list[str]) -> None:
        order = self.make_parser(ctx).parse_args(list(args))[2]
        for param, count in Counter(one for one in order if isinstance(one, click.Option)).items():
            if count > 1 and not param.multiple and not param.count and not param.is_eager:
                raise click.UsageError(
                    f"{max(param.opts, key=len)} may be given once, and is given {count} times.", ctx
                )


class FreeText(OptionsOnce):
    """Takes text that begins with a hyphen as text: SQL after a comment, `-5% emissions by 2030`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put such texts after `--`, where no option is looked for; option values stay with their option."""
        if any(isinstance(parameter, click.Argument) for parameter in self.params):
            args = self._texts_last(ctx, list(args))
        return super().parse_args(ctx, args)

    def _texts_last(self, ctx: click.Context, args: list[str]) -> list[str]:
        takes = {
            name: 0 if param.is_flag or param.count else param.nargs
            for param in self.get_params(ctx)
            if isinstance(param, click.Option)
            for name in (*param.opts, *param.secondary_opts)
        }
        rest: list[str] = []
        if "--" in args:
            place = args.index("--")
            args, rest = args[:place], args[place + 1 :]
        options: list[str] = []
        texts: list[str] = []
        while args:
            word = args.pop(0)
            if word in takes:
                options += [word, *args[: takes[word]]]
                del args[: takes[word]]
            elif word.startswith("-") and word != "-" and _OPTION.fullmatch(word):
                options.append(word)
            else:
                texts.append(word)
        return [*options, "--", *texts, *rest] if texts or rest else options


def split_codes(values: Iterable[str]) -> tuple[str, ...]:
    """Codes given once or more, with commas or blanks between them; each once, in order."""
    return tuple(dict.fromkeys(part for value in values for part in value.replace(",", " ").split()))


def split_places(values: Iterable[str]) -> tuple[str, ...]:
    """Names and codes of places given once or more, with commas between them; each once, in order.

    A text that is a name as it is stays whole, though it has a comma or
    blanks (`Congo, Dem. Rep.`, `Bonaire, Sint Eustatius and Saba`), and so does
    a name with its country behind it (`Bristol, United Kingdom`).
    """
    from localsdg.registry.places import find_place, listed_places

    found: list[str] = []
    for text in values:
        if "," not in text and not all(word.isdecimal() for word in text.split()):
            found.append(text.strip())
        elif all(word.isdecimal() for word in text.replace(",", " ").split()):
            found += text.replace(",", " ").split()
        else:
            parts = [part.strip() for part in text.split(",") if part.strip()]
            # the names of all languages take a second, and where each part is a place the whole is none
            is_list = not listed_places(text) and all(map(listed_places, parts))
            is_whole = not is_list and find_place(text).reason in ("found", "ambiguous")
            found += [text.strip()] if is_whole else _with_countries(parts)
    return tuple(dict.fromkeys(found))


def _with_countries(parts: list[str]) -> list[str]:
    """The parts, a country's name joined to the one before it where that alone is neither country nor region."""
    from localsdg.registry.places import listed_places

    joined: list[str] = []
    is_free = False
    for part in parts:
        places = listed_places(part)
        if is_free and len(part) > 3 and len(places) == 1 and places[0].kind == "country":
            joined[-1] += f", {part}"
            is_free = False
        else:
            joined.append(part)
            is_free = not places
    return joined


class NumberRange(click.FloatRange):
    """A number between two ends; `nan`, which is beyond neither of them, is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; fails where it is none or out of range."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is no number.", param, ctx)
        return number
