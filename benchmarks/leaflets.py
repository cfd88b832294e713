"""One made-up leaflet as source: its Markdown, the safety file and the product that it refers to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.wording import LANGUAGES, Hand, count, table

TOPICS = ("start", "days", "family", "questions")
PER_PRODUCT = len(LANGUAGES) * len(TOPICS)
"""Leaflets of one product: each topic in each language. The leaflets of a language share a safety file."""

_SYLLABLES = ("ba", "ce", "do", "fi", "gu", "la", "me", "no", "pi", "ru", "sa", "te", "vo", "xi", "zu", "ka")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a leaflet is: its product (by number), language and topic, how many words it shows, its pictures' names."""

    name: str
    product: int
    language: str
    topic: str
    seed: str
    words: int
    photograph: str = "photograph.jpg"
    scheme: str = ""
    drawing: str = ""
    story: bool = False
    chapters: int = 1

    @property
    def safety(self) -> str:
        """The name of the safety file."""
        words = table(self.language)
        return f"{product_key(self.product)}-{words['market']}-{words['language'].lower()}-patient"


def product_key(number: int) -> str:
    """A made-up name that no other number has."""
    name, rest = "", (number + 17) * 40_503 % 65_536  # an odd factor: no two numbers below 65,536 meet
    for _ in range(4):
        name += _SYLLABLES[rest % 16]
        rest //= 16
    return name + ("n" if number < 65_536 else f"n{number}")


def _fixed(number: int, language: str) -> dict[str, str]:
    name = product_key(number).capitalize()
    ills = table(language)["bank"]["illness"]
    return {
        "name": name,
        "substance": f"{name[:5].lower()}mab",
        "illness": ills[number % len(ills)],
        "company": f"{name[:4]} Laboratories Ltd, 12 Example Street",
        "site": f"{name.lower()}.example.com",
    }


def product_file(number: int) -> str:
    """source/products/<key>.toml."""
    fixed = _fixed(number, "en")
    return (
        f'name = "{fixed["name"]}"\ngeneric-name = "{fixed["substance"]}"\ncompany = "{fixed["company"]}"\n'
        'label-version = "November 2026"\nboxed-warning = false\nadditional-monitoring = false\n\n'
        f'[contact]\nsite = "{fixed["site"]}"\n'
    )


def safety_file(subject: Subject, seed: int) -> str:
    """source/safety/<product>-<market>-<language>-patient.md: of the seed, product and language, not of the leaflet."""
    words = table(subject.language)
    return (
        f'---\ntitle: "{_hand_of_product(subject, seed).fill(words["safety-title"])}"\n'
        f"product: {product_key(subject.product)}\nmarket: {words['market']}\naudience: patient\n"
        f"language: {words['language']}\nprofile: {words['profile']}\nlabel-version: November 2026\n"
        f"status: draft\n---\n{safety_text(subject, seed)}"
    )


def safety_text(subject: Subject, seed: int) -> str:
    """The parts of the safety file."""
    return _hand_of_product(subject, seed).fill(table(subject.language)["safety"]["text"])


def _hand_of_product(subject: Subject, seed: int) -> Hand:
    named = f"{seed} {subject.product} {subject.language} safety"
    return Hand(subject.language, named, _fixed(subject.product, subject.language))


def reference(number: int) -> str:
    """The product's entry in source/references.toml."""
    name = _fixed(number, "en")["name"]
    return f'[{product_key(number)}-study]\ntext = "{name}® study group. Study {1000 + number}. November 2026."\n\n'


def leaflet(subject: Subject, seed: int) -> str:
    """source/leaflets/<name>/leaflet.md. It shows `subject.words` words, with the safety text."""
    words = table(subject.language)
    hand = Hand(subject.language, subject.seed, _fixed(subject.product, subject.language))
    topic = next(each for each in words["topic"] if each["key"] == subject.topic)
    title, subtitle = hand.fill(topic["title"]), hand.fill(topic["subtitle"])
    head = (
        f'---\ntitle: "{title}"\nsubtitle: "{subtitle}"\nproduct: {product_key(subject.product)}\n'
        f"safety: {subject.safety}\nmarket: {words['market']}\naudience: patient\nlanguage: {words['language']}\n"
        f'status: draft\nversion: "0.{hand.random.randint(1, 9)}"\njob-code: {subject.name.upper()[:40]}\n'
        "prepared: 2026-11-22\ntheme: base\n---\n\n"
    )
    opening, closing = _opening(hand, subject), _closing(hand)
    chapters = [_chapter(hand, subject, number) for number in range(subject.chapters)]
    said = hand.fill(words["safety-title"]) + "\n" + safety_text(subject, seed)
    said += "\n".join(
        (title, subtitle, opening, closing, _listed(subject), *(part for each in chapters for part in each))
    )
    prose = _prose(hand, subject.words - count(said))
    sections = [section for chapter in chapters for section in chapter]
    shares = [prose[number :: len(sections)] for number in range(len(sections))]
    body = "".join(_with_prose(section, share) for section, share in zip(sections, shares, strict=True))
    return f"{head}{opening}{body}{closing}"


def _listed(subject: Subject) -> str:
    """What the leaflet shows of the glossary and the references."""
    entry = GLOSSARY[subject.language]
    return f"{entry[0]} {entry[1]}\n" + reference(subject.product).split('"')[1] + "\n"


GLOSSARY = {
    "en": ("Active substance", "The part of a medicine that makes it work."),
    "de": ("Wirkstoff", "Der Bestandteil eines Arzneimittels, auf dem seine Wirkung beruht."),
    "fr": ("Substance active", "Ce qui, dans un médicament, produit son effet."),
    "es": ("Principio activo", "La parte de un medicamento que produce su efecto."),
    "it": ("Principio attivo", "La parte di un medicinale che produce il suo effetto."),
    "nl": ("Werkzame stof", "Het deel van een geneesmiddel dat de werking geeft."),
}


def _prose(hand: Hand, wanted: int) -> list[str]:
    """Sentences of exactly so many words together."""
    sentences, left = [], wanted
    while left > 50:
        sentences.append(hand.one("sentences", hand.words["text"]["sentences"]))
        left -= len(sentences[-1].split())
    for _ in range(10_000):
        last = hand.some("sentences", hand.words["text"]["sentences"], hand.random.randint(1, 4))
        if len(" ".join(last).split()) == left:
            return sentences + last
    raise ValueError(f"no sentences of {left} words together; the leaflet was to have {wanted} words of prose")


def _with_prose(section: str, sentences: list[str]) -> str:
    """The section with a paragraph or two behind its heading."""
    heading, _, rest = section.partition("\n")
    halves = [sentences] if len(sentences) < 5 else [sentences[: len(sentences) // 2], sentences[len(sentences) // 2 :]]
    paragraphs = "".join("\n" + " ".join(half) + "\n" for half in halves if half)
    return f"{heading}\n{paragraphs}{rest}\n"


def _opening(hand: Hand, subject: Subject) -> str:
    words = hand.words["text"]
    claim = f"[{hand.fill(words['claim'])}]{{claim}}[@{product_key(subject.product)}-study]"
    return f"# {hand.one('headings', words['headings'])}\n\n{hand.fill(words['lead'])} {claim}\n\n"


def _closing(hand: Hand) -> str:
    words, site = hand.words["text"], hand.fixed["site"]
    return (
        f":::{{glossary}} {words['glossary']}\n:::\n\n:::{{resources}} {words['resources']}\n"
        f"- [{site}](https://{site}/): {words['resource']}\n:::\n\n[^made-up]: {words['note']}\n"
    )


def _chapter(hand: Hand, subject: Subject, number: int) -> list[str]:
    """Five sections: steps, three tables, questions; with the pictures, the callout and the story among them."""
    words = hand.words["text"]
    heads = iter(hand.some("headings", words["headings"], 5))
    steps = "".join(f"{n}. {step}\n" for n, step in enumerate(hand.some("steps", words["steps"], 4), 1))
    asked = hand.random.sample(words["questions"], 3)
    questions = "".join(f"{hand.fill(question)}\n: {hand.fill(answer)}\n\n" for question, answer in asked)
    photograph = subject.photograph.format(number)
    parts = [
        steps + "\n" + _figure(hand, photograph, words["alt"], words["caption"]),
        _dose(hand) + f"\n:::{{callout}} {words['callout']}\n:kind: note\n\n{hand.fill(words['callout-text'])}\n:::\n",
        _effects(hand) + "\n" + _extras(hand, subject),
        _day(hand),
        questions,
    ]
    hand.random.shuffle(parts)
    return [f"# {head}\n\n{part}" for head, part in zip(heads, parts, strict=True)]


def _extras(hand: Hand, subject: Subject) -> str:
    words, made = hand.words["text"], ""
    for picture in filter(None, (subject.scheme, subject.drawing)):
        made += _figure(hand, picture, words["scheme"], words["scheme-caption"]) + "\n"
    if subject.story:
        made += f":::{{story}} {hand.fill(words['story'])}\n:url: https://{hand.fixed['site']}/{subject.topic}\n"
        made += f":label: {words['story-label']}\n\n{hand.fill(words['story-text'])}\n:::\n"
    elif not (subject.scheme or subject.drawing):
        made += f"> {hand.fill(words['quote'])}\n"
    return made


def _figure(hand: Hand, file: str, alt: str, caption: str) -> str:
    return f":::{{figure}} images/{file}\n:alt: {hand.fill(alt)}\n\n{hand.fill(caption)}\n:::\n"


def _dose(hand: Hand) -> str:
    bank = hand.words["bank"]
    rows = []
    for who in hand.some("age", bank["age"], 4):
        mg, times = hand.random.choice((5, 10, 12, 20, 25, 40)), hand.random.randint(1, 4)
        rows.append((who, f"{mg} mg", hand.one("often", bank["often"]), f"{mg * times} mg"))
    return _table(hand.words["tables"]["dose"], rows, ":--|--:|:-:|--:")


def _effects(hand: Hand) -> str:
    tables, bank = hand.words["tables"], hand.words["bank"]
    rows = [
        (symptom[0].upper() + symptom[1:], hand.one("frequency", tables["frequency"]), hand.one("help", tables["help"]))
        for symptom in hand.some("symptom", bank["symptom"], 4)
    ]
    return _table(tables["effect"], rows, ":--|:--|:--")


def _day(hand: Hand) -> str:
    tables, bank = hand.words["tables"], hand.words["bank"]
    hours = sorted(hand.random.sample(range(len(tables["hours"])), 4))
    rows = [(tables["hours"][n], hand.one("doing", tables["doing"]), hand.one("food", bank["food"])) for n in hours]
    return _table(tables["day"], rows, ":--|:--|:--")


def _table(head: list[str], rows: list[tuple[str, ...]], alignment: str) -> str:
    return "".join(
        f"| {' | '.join(cells)} |\n" if i != 1 else f"|{cells[0]}|\n" for i, cells in _lines(head, rows, alignment)
    )


def _lines(head: list[str], rows: list[tuple[str, ...]], alignment: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    yield from enumerate((tuple(head), (alignment,), *rows))
