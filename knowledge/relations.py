"""Which figures of a sentence belong together: ages with their sums, sums with their months.

A sentence that goes through several cases (80至89周岁…50元，90至99周岁…100元) is cut where what
it measures begins anew; the sum of one case says nothing of another.
"""

from collections.abc import Collection, Iterator, Sequence

from knowledge.figures import EACH, PERIOD, Figure, is_same, marks

Place = tuple[int, int]  # of a case: its sentence, and which of its cases it is
Case = dict[str, list[Figure]]  # the figures by what they measure, in their order


def cases(sentence: str) -> list[Case]:
    """Return the figures, rates and kinds of a sentence, case by case."""
    found: list[Case] = []
    last = ""
    for figure in marks(sentence):
        dimension = figure.dimension
        if not found or (dimension in found[-1] and dimension != last):
            found.append({})
        found[-1].setdefault(dimension, []).append(figure)
        last = dimension
    return found


def is_backed(said: Sequence[Sequence[Case]], known: Sequence[Sequence[Case]]) -> bool:
    """Return whether each sentence of a text stands in its sources, case by case.

    Figures of one dimension must follow each other there as they do in the text; figures of
    different dimensions may change places (每月100元，80岁起).
    """
    said_rates, known_rates = _rates(said), _rates(known)
    places = {
        (row, at): case for row, sentence in enumerate(known) for at, case in enumerate(sentence)
    }

    def standing(case: Case) -> set[Place]:
        return {
            place
            for place, other in places.items()
            if _stands(case, other, said_rates, known_rates)
        }

    return all(_is_in_order([standing(case) for case in one], one) for one in said)


def _is_in_order(found: Sequence[set[Place]], sentence: Sequence[Case]) -> bool:
    """Return whether cases can stand one after the other where each of them was found.

    One with a single dimension says by itself of nothing what it is, and so it must follow the
    case before it at once (每本160元降为120元).
    """
    before: set[Place] = set()
    for at, (places, case) in enumerate(zip(found, sentence, strict=True)):
        if at and len(case) == 1:
            places = {(row, place) for row, place in places if (row, place - 1) in before}
        elif at:
            places = {place for place in places if place > min(before)}
        if not places:
            return False
        before = places
    return True


def _stands(
    said: Case, known: Case, said_rates: Collection[Figure], known_rates: Collection[Figure]
) -> bool:
    return _keeps_period(said, known, said_rates) and all(
        _stands_run(run, dimension, known, known_rates) for dimension, run in said.items()
    )


def _stands_run(
    run: Sequence[Figure], dimension: str, known: Case, known_rates: Collection[Figure]
) -> bool:
    if dimension in {PERIOD, EACH} and dimension not in known:
        # Said once for all cases: 高龄津贴按月发放，标准如下：…
        return set(run) == {one for one in known_rates if one.unit == dimension}
    if not dimension:  # a text may leave out a unit
        return all(any(is_same(one, other) for other in _all(known)) for one in run)
    return _follows(run, known.get(dimension, []))


def _keeps_period(said: Case, known: Case, said_rates: Collection[Figure]) -> bool:
    """Return whether a sum is for the time that the source says; 100元 is not 每月100元."""
    if "money" not in said or PERIOD not in known:
        return True
    told = said.get(PERIOD) or [one for one in said_rates if one.unit == PERIOD]
    return set(told) >= set(known[PERIOD])


def _follows(wanted: Sequence[Figure], run: Sequence[Figure]) -> bool:
    length = len(wanted)
    return any(
        all(is_same(one, other) for one, other in zip(wanted, run[at : at + length], strict=True))
        for at in range(len(run) - length + 1)
    )


def _rates(of: Sequence[Sequence[Case]]) -> set[Figure]:
    every = (one for sentence in of for case in sentence for one in _all(case))
    return {one for one in every if one.unit in {PERIOD, EACH}}


def _all(case: Case) -> Iterator[Figure]:
    for run in case.values():
        yield from run
