"""The mandate on the safety text: what it must hold, what an approval is worth, and what each finding weighs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from publish import policy
from publish.diagnostics import Finding, Place, Refused, Severity
from publish.model import (
    Approval,
    Block,
    Heading,
    Link,
    List,
    ListItem,
    Meta,
    Paragraph,
    Part,
    Passage,
    Product,
    SafetyBlock,
    Strong,
    Superscript,
    Text,
    Variable,
    Waiver,
)
from publish.policy import weights

TODAY = date(2026, 6, 1)
FDA = (
    "You are encouraged to report negative side effects of prescription drugs to the FDA. "
    "Visit www.fda.gov/medwatch, or call 1-800-FDA-1088."
)


def said(words: str) -> Paragraph:
    return Paragraph("s", (Text(words),))


def items(*words: str) -> List:
    return List(False, 1, True, tuple(ListItem((said(each),)) for each in words))


def part(name: str, *blocks: Block) -> Part:
    return Part(name, blocks)


WHOLE = SafetyBlock(
    key="examplin",
    title="Important Safety Information",
    profile="us-patient",
    label_version="01/2026",
    status="draft",
    approval=None,
    parts=(
        part("indications", said("Examplin is used to:"), items("treat an example")),
        part("contraindications", said("Do not take Examplin if you are allergic to:"), items("examplinum")),
        part("before-use", said("Tell your doctor if you:"), items("are pregnant")),
        part("other-medicines", said("Tell your doctor about all your medicines.")),
        part("serious", said("Serious side effects include:"), items("infections")),
        part("common-ra", said("Common side effects are:"), items("headache")),
        part("reporting", said(FDA)),
        part("full-information", said("See full Prescribing Information.")),
    ),
)
PRODUCT = Product("examplin", "Examplin", "examplinum", "C", False, False, {})
META = Meta(
    title="T", subtitle="", product="examplin", safety="examplin", market="us", audience="patient", language="en-US",
    status="draft", version="1", job_code="J", prepared=TODAY, theme="base",
)  # fmt: skip


def found(block: SafetyBlock, meta: Meta = META, product: Product = PRODUCT) -> list[str]:
    """The codes of what is wrong, but for the approval that a draft needs not have."""
    profile = policy.load_profile(block.profile)
    codes = [finding.code for finding in policy.check_safety(block, profile, meta, product, TODAY)]
    return [code for code in codes if code != "safety.not-approved"]


def with_part(name: str, *blocks: Block) -> SafetyBlock:
    return replace(WHOLE, parts=tuple(Part(name, blocks) if p.name == name else p for p in WHOLE.parts))


def test_a_whole_block_has_nothing_wrong() -> None:
    assert found(WHOLE) == []


@pytest.mark.parametrize("name", [each.name for each in WHOLE.parts])
def test_no_required_part_may_be_missing(name: str) -> None:
    lacking = replace(WHOLE, parts=tuple(each for each in WHOLE.parts if each.name != name))
    assert "safety.part-missing" in found(lacking)


LEAD_IN = "Do not take Examplin if you are allergic to:"


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ((said(LEAD_IN),), "safety.items-missing"),
        ((said(LEAD_IN),), "safety.lead-in-empty"),
        ((said(LEAD_IN), said("Ask your doctor.")), "safety.lead-in-empty"),
        ((items("examplinum"), said(LEAD_IN)), "safety.lead-in-empty"),
        ((said(LEAD_IN), items("one", "also to:")), "safety.lead-in-empty"),
        ((said(LEAD_IN), List(False, 1, True, (ListItem(()),))), "safety.item-empty"),
        ((said(LEAD_IN), items("one", " ")), "safety.item-empty"),
        ((Paragraph("s", (Strong((Text(LEAD_IN + " "),)),)), said("x")), "safety.lead-in-empty"),
        ((Heading("s", 1, "h", (Text(LEAD_IN),)), said("x")), "safety.lead-in-empty"),
        ((), "safety.part-empty"),
        ((said(" "),), "safety.part-empty"),
    ],
)
def test_a_lead_in_without_items_is_found(blocks: tuple[Block, ...], code: str) -> None:
    """The page that started this project had “Do not take it if you are allergic to:” and then nothing."""
    assert code in found(with_part("contraindications", *blocks))


def test_the_sentence_of_the_law_stands_word_for_word() -> None:
    assert "safety.verbatim" in found(with_part("reporting", said(FDA.replace("1-800-FDA-1088", "1-800-FDA-1080"))))


def test_an_unknown_part_is_named_with_the_nearest() -> None:
    block = replace(WHOLE, parts=(*WHOLE.parts, part("comon", said("x"))))
    profile = policy.load_profile("us-patient")
    finding = next(
        f for f in policy.check_safety(block, profile, META, PRODUCT, TODAY) if f.code == "safety.part-unknown"
    )
    assert "common" in finding.hint


def test_an_unknown_profile_is_named_with_the_nearest() -> None:
    with pytest.raises(Refused, match="did you mean “us-patient”"):
        policy.load_profile("us-patients")


@pytest.mark.parametrize("other", [{"market": "eu"}, {"audience": "professional"}])
def test_a_block_for_another_market_or_audience_is_refused(other: dict[str, str]) -> None:
    assert found(WHOLE, replace(META, **other)) == ["safety.wrong-profile"]  # type: ignore[arg-type]


def test_the_eu_leaflet_has_its_six_sections_in_order() -> None:
    names = ["what-it-is", "before-use", "how-to-use", "side-effects", "storage", "contents"]
    titles = [
        "1. What Examplin is and what it is used for",
        "2. What you need to know before you take Examplin",
        "3. How to take Examplin",
        "4. Possible side effects",
        "5. How to store Examplin",
        "6. Contents of the pack and other information",
    ]
    parts = [
        part(name, Heading("s", 1, "h", (Text(title),)), said("Words:"), items("x"))
        for name, title in zip(names, titles, strict=True)
    ]
    meta = replace(META, market="eu", language="en-IE")
    block = replace(WHOLE, profile="eu-leaflet", parts=tuple(parts))
    assert found(block, meta) == []
    assert found(replace(block, parts=(*parts[1:], parts[0])), meta) == ["safety.part-order"]
    wrong = replace(parts[3], blocks=(Heading("s", 1, "h", (Text("4. Side effects"),)), *parts[3].blocks[1:]))
    assert found(replace(block, parts=(*parts[:3], wrong, *parts[4:])), meta) == ["safety.heading"]


def test_a_boxed_warning_must_stand_in_the_block() -> None:
    boxed = replace(PRODUCT, boxed_warning=True)
    assert found(WHOLE, product=boxed) == ["safety.flag-unmet"]
    warned = replace(WHOLE, parts=(part("boxed-warning", said("WARNING: infections.")), *WHOLE.parts))
    assert found(warned, product=boxed) == []


def test_additional_monitoring_must_be_told_in_the_eu() -> None:
    watched = replace(PRODUCT, additional_monitoring=True)
    meta = replace(META, market="eu", language="en-IE")
    block = replace(WHOLE, profile="eu-leaflet")
    assert "safety.flag-unmet" in found(block, meta, watched)
    told = replace(block, title="▼ This medicine is subject to additional monitoring.")
    assert "safety.flag-unmet" not in found(told, meta, watched)
    assert "safety.flag-unmet" not in found(block, meta)


@pytest.mark.parametrize(
    ("words", "turned_away"),
    [
        ("This information is intended for US healthcare professionals. Click “I Agree” to continue.", True),
        ("If you are a health care professional, go on.", True),
        ("Ask your healthcare professional.", False),
    ],
)
def test_a_gate_for_professionals_on_a_leaflet_for_patients_is_found(words: str, turned_away: bool) -> None:
    """The page that started this project opened with one."""
    profile = policy.load_profile("us-patient")
    findings = list(policy.check_audience([Passage("b", words)], profile, META))
    assert [finding.code for finding in findings] == (["audience.gate"] if turned_away else [])


# --- approval ---


def approved(block: SafetyBlock = WHOLE, until: date = date(2027, 1, 1)) -> SafetyBlock:
    return replace(
        block, status="approved", approval=Approval("R. Reviewer", date(2026, 1, 1), until, policy.text_hash(block))
    )


def weighed(block: SafetyBlock, status: str) -> dict[str, Severity]:
    meta = replace(META, status=status)  # type: ignore[arg-type]
    findings = policy.check_safety(block, policy.load_profile(block.profile), meta, PRODUCT, TODAY)
    return {finding.code: finding.severity for finding in policy.judge(findings, meta.status)}


def test_an_approved_block_goes_out() -> None:
    assert weighed(approved(), "approved") == {}


def test_an_unapproved_block_blocks_an_approved_leaflet_only() -> None:
    assert weighed(WHOLE, "approved") == {"safety.not-approved": Severity.ERROR}
    assert weighed(WHOLE, "in-review") == {"safety.not-approved": Severity.WARNING}
    assert weighed(WHOLE, "draft") == {"safety.not-approved": Severity.NOTE}


def test_an_expired_approval_blocks() -> None:
    assert weighed(approved(until=date(2026, 5, 31)), "approved") == {"safety.approval-expired": Severity.ERROR}
    assert weighed(approved(until=TODAY), "approved") == {}


TWO_PARAGRAPHS = ListItem((said("treat"), said("an example")))
CHANGES = [
    replace(WHOLE, title=WHOLE.title + "."),
    with_part("contraindications", said(LEAD_IN), items("examplinun")),
    with_part("contraindications", said(LEAD_IN), items("examplinum", "water")),
    with_part("contraindications", said(LEAD_IN), List(True, 1, True, (ListItem((said("examplinum"),)),))),
    with_part(
        "full-information", Paragraph("s", (Link("https://x.org/", (Text("See full Prescribing Information."),)),))
    ),
    replace(WHOLE, parts=(WHOLE.parts[1], WHOLE.parts[0], *WHOLE.parts[2:])),
    with_part("full-information", Paragraph("s", (Superscript((Text("See full Prescribing Information."),)),))),
    with_part("full-information", Heading("s", 2, "h", (Text("See full Prescribing Information."),))),
    with_part(
        "indications",
        said("Examplin is used to:"),
        List(False, 1, True, (ListItem((said("treat"), said("an example"))),)),
    ),
]


@pytest.mark.parametrize("changed", CHANGES)
def test_a_text_changed_by_a_letter_is_no_longer_approved(changed: SafetyBlock) -> None:
    block = replace(changed, status="approved", approval=approved().approval)
    assert weighed(block, "approved") == {"safety.approval-void": Severity.ERROR}


def test_where_a_line_breaks_and_what_a_variable_stood_for_does_not_count() -> None:
    whole = (Text("See full Prescribing Information."),)
    pieces = (Text("See "), Variable("x", "full "), Text("Prescribing "), Text("Information."))
    one = with_part("full-information", Paragraph("s0001", whole, place=Place("a.md", 7)))
    other = with_part("full-information", Paragraph("s0009", pieces, place=Place("b.md", 9)))
    assert policy.text_hash(one) == policy.text_hash(other) == policy.text_hash(WHOLE)


def test_a_power_and_a_number_are_not_the_same_text() -> None:
    power = Paragraph("s", (Text("at most 10"), Superscript((Text("2"),)), Text(" mg")))
    assert policy.text_hash(with_part("reporting", power)) != policy.text_hash(
        with_part("reporting", said("at most 102 mg"))
    )


# --- judging ---


def test_a_code_that_no_table_lists_blocks() -> None:
    assert policy.blocks(policy.judge([Finding("never.heard-of", "x")], "draft"))


def test_a_waiver_is_told_and_reaches_only_what_may_be_waived() -> None:
    waivers = [Waiver(code, "it is known", "A. Author") for code in ("pdf.css-ignored", "safety.part-missing")]
    judged = policy.judge([Finding("pdf.css-ignored", "x"), Finding("safety.part-missing", "y")], "approved", waivers)
    assert [finding.severity for finding in judged] == [Severity.NOTE, Severity.ERROR]
    assert "A. Author" in judged[0].message
    assert "it is known" in judged[0].message


def test_what_is_known_of_one_code_is_what_all_tables_say_of_it() -> None:
    known = policy.known_codes()
    assert {code: weights._entry(code) for code in known} == known
    assert weights._entry("safety.no-such-code") == {}


def test_nothing_about_the_safety_block_may_be_waived() -> None:
    for code, entry in policy.known_codes().items():
        if code.startswith("safety."):
            assert not entry.get("waivable"), code
