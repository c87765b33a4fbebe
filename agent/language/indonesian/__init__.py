"""Indonesian: every sentence of Netra's by its English, in one table for each part of the house."""

from agent.language.indonesian import aiming, along, house, pictures, refusals, talk

SENTENCES: dict[str, str] = {
    **talk.SENTENCES, **refusals.SENTENCES, **pictures.SENTENCES, **along.SENTENCES, **aiming.SENTENCES,
    **house.SENTENCES,
}  # fmt: skip
