"""Which leads: what people may write, what it means, and what a wrong filter is answered with."""

from __future__ import annotations

import operator
import re

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from lfassess.assessment.export import filters
from lfassess.assessment.export.filter_keys import KEYS, InvalidFilterError
from lfassess.db.models.assessment import AREAS
from lfassess.db.queries import batch, lead_export, leads
from lfassess.db.queries.lead_filter import Condition, LeadFilter
from tests.assessment.export import store

# --- reading and writing --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("no-https,gbp-few-reviews", "finding=no-https,gbp-few-reviews"),
        ("!no-https", "finding=!no-https"),
        ("grade=d,F & score<40", "grade=D,F&score=%3C40"),
        ("score=40..60", "score=40..60"),
        ("speed<=50&security>20", "speed=%3C%3D50&security=%3E20"),
        ("field=Tier=gold&no-https", "field=Tier%3Dgold&finding=no-https"),
        ("field=Big Name=a b", "field=Big%20Name%3Da%20b"),
        ("field=Tier!=gold", "field=!Tier%3Dgold"),
        ("field=!Tier", "field=!Tier"),
        ("tech=wordpress|WIX", "tech=WordPress|Wix"),
        ("q=Smith & Sons", "q=Smith%20%26%20Sons"),
        ("status=not_submitted", "status=none"),
        ("country=Germany", "country=DE"),
        ("trade=Plumbing Contractor", "industry=plumber"),
        ("?grade=D%2CF&q=&field=Tier%3Dgold", "grade=D,F&field=Tier%3Dgold"),
        ("https://leads.test/leads?field=City=New+York", "field=City%3DNew%20York"),
    ],
)
def test_a_text_or_a_pasted_address_means_a_query(words, query):
    assert filters.query_of(filters.read([words])) == query
    assert filters.read([f"?{query}"]) == filters.read([words])


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        ("grad=F", "There is no filter 'grad'.", "Did you mean grade"),
        ("grade=E", "grade is A, B, C, D, F or none; not 'E'.", None),
        ("no-htps", "No check has a finding 'no-htps'.", "Did you mean no-https"),
        ("no-tap-to-call", "No check has a finding 'no-tap-to-call'.", "visual-no-tap-to-call"),
        ("tech=WordPres5", "No technology is called 'WordPres5'.", "Did you mean WordPress"),
        ("score=low", "score takes a number, as in <40, 40..60 or 50; not 'low'.", None),
        ("change=worsen", "or worse, better, same or none; not 'worsen'.", "Did you mean worse?"),
        ("country=Narnia", "'Narnia' is not a country", None),
        ("batch=x", "batch is a number, as in batch=7, not 'x'.", None),
        ("field=Employees>many", "field: Employees > needs a number, not 'many'.", None),
        ("field==3", "field '=3' names no column.", "As in field=Tier=gold"),
        ('grade="F', "a quotation mark too many or too few", "quoted whole"),
        ("no-https,no-hsts|no-sri", "finding mixes commas and bars.", "Commas: all"),
        ("what is this", "'what is this' is no condition.", "As in grade=D,F"),
        ("q=a\x00b", "can't hold such characters", None),
        ("q=" + "x" * 3_000, "at most 2,000 characters", None),
        ("&".join(["q=a"] * 31), "at most 30 conditions", None),
    ],
)
def test_a_wrong_filter_is_answered_with_what_there_is(words, message, hint):
    with pytest.raises(InvalidFilterError) as caught:
        filters.read([words])
    assert message in caught.value.message
    assert hint is None or hint in caught.value.hint


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12)
_TEXTS = _TEXTS.map(lambda text: " ".join(text.split())).filter(bool)
_FIELDS = st.builds(
    lambda name, values, negated: Condition("field", tuple(values), name=name, negated=negated),
    _TEXTS,
    st.lists(_TEXTS, max_size=3, unique=True),
    st.booleans(),
)


@given(st.lists(_FIELDS, max_size=3))
def test_whatever_a_column_holds_can_be_asked_for_by_an_address(conditions):
    chosen = LeadFilter(tuple(dict.fromkeys(conditions)))
    assert filters.from_query(filters.pairs_of(chosen)) == chosen
    assert filters.read([f"?{filters.query_of(chosen)}"]) == chosen


def test_each_key_has_an_example_that_works():
    for key in KEYS.values():
        assert filters.read([key.example]), key.name


# --- the same leads as plain Python finds ---------------------------------------------------------

MADE = store.leads()
_OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@pytest.fixture(scope="module")
def full(_module_database):
    store.fill(_module_database, MADE)
    return _module_database


def _number(lead, key):
    if key in lead.figures:
        return lead.figures[key]
    if key in {"opportunity", "need", "worth", "reach"} or lead.last is None:
        return None
    if key == "change":
        return _change(lead)
    return lead.last.score if key == "score" else lead.last.areas[key]


def _change(lead):
    if len(lead.audits) < 2:
        return None
    before, after = lead.audits[-2:]
    if None in {before.score, after.score} or before.version != after.version:
        return None
    unseen = [
        {area for area, score in one.areas.items() if score is None} for one in (before, after)
    ]
    return after.score - before.score if unseen[0] == unseen[1] else None


_NUMBERS = [*AREAS, "score", "change", "opportunity", "need", "worth", "reach"]
_COMPARED = st.builds(
    lambda key, sign, bound: (
        f"{key}{sign}{bound}",
        lambda lead: (found := _number(lead, key)) is not None and _OPERATORS[sign](found, bound),
    ),
    st.sampled_from(_NUMBERS),
    st.sampled_from(list(_OPERATORS)),
    st.sampled_from([-50, -5, 0, 33, 39, 40, 50, 51]),
)
_BETWEEN = st.builds(
    lambda key, low, high: (
        f"{key}={low}..{high}",
        lambda lead: (found := _number(lead, key)) is not None and low <= found <= high,
    ),
    st.sampled_from(_NUMBERS),
    st.sampled_from([-50, 0, 40]),
    st.sampled_from([0, 44, 90]),
)


def _word(key, value):
    """Return what a lead has of a key; None where it has none."""

    def has(lead):
        found = {
            "status": lambda: lead.status,
            "grade": lambda: lead.last and lead.last.grade,
            "review": lambda: lead.last and lead.last.review,
            "country": lambda: lead.country,
            "industry": lambda: lead.industry,
            "do_not_contact": lambda: "yes" if lead.do_not_contact else "no",
        }[key]()
        if value == "partial":
            return lead.newest is None and lead.last is not None and lead.last.partial
        return found == (None if value == "none" else value)

    return has


_WORDS = {
    "status": (*store.STATUSES, "partial", "none"),
    "grade": (*"ABCDF", "none"),
    "review": (*store.STATES, "none"),
    "country": ("US", "DE"),
    "industry": ("plumber", "bakery"),
    "do_not_contact": ("yes", "no"),
}
_CHOSEN_WORDS = st.sampled_from(list(_WORDS)).flatmap(
    lambda key: st.lists(st.sampled_from(_WORDS[key]), min_size=1, max_size=3, unique=True).map(
        lambda values: (
            f"{key}={','.join(values)}",
            lambda lead: any(_word(key, value)(lead) for value in values),
        )
    )
)
_CHANGES = {
    "worse": lambda change: change is not None and change <= -5,
    "better": lambda change: change is not None and change >= 5,
    "same": lambda change: change is not None and abs(change) < 5,
    "none": lambda change: change is None,
}
_CHANGED = st.sampled_from(list(_CHANGES)).map(
    lambda word: (f"change={word}", lambda lead: _CHANGES[word](_change(lead)))
)


def _sets(key, known, of):
    return st.builds(
        lambda values, mark: (
            f"{key}={mark.join(values)}",
            lambda lead: (all if mark == "," else any)(value in of(lead) for value in values),
        ),
        st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True),
        st.sampled_from(",|"),
    )


def _as_number(text):
    return float(text) if text is not None and re.fullmatch(r"-?\d+(\.\d+)?", text) else None


_OWN = st.one_of(
    st.lists(st.sampled_from(store.TIERS[:3]), min_size=1, max_size=2, unique=True).map(
        lambda values: (
            "field=Tier={}".format(",".join('"{}"'.format(v.replace('"', '""')) for v in values)),
            lambda lead: lead.extra.get("Tier") in values,
        )
    ),
    st.just(("field=Tier", lambda lead: bool(lead.extra.get("Tier")))),
    st.builds(
        lambda sign, bound: (
            f'field="A=B"{sign}{bound}',
            lambda lead: (
                (found := _as_number(lead.extra.get("A=B"))) is not None
                and _OPERATORS[sign](found, bound)
            ),
        ),
        st.sampled_from(list(_OPERATORS)),
        st.sampled_from([-2.5, 1, 500]),
    ),
)
_SEARCHED = st.sampled_from(["bakery", "& sons", "0%", "n_c", "nobody"]).map(
    lambda typed: (f"q={typed}", lambda lead: typed in lead.name.lower())
)
_BATCHES = st.sampled_from([[1], [2], [1, 2], [9]]).map(
    lambda ids: (
        f"batch={','.join(map(str, ids))}",
        lambda lead: bool(lead.batches & set(ids)),
    )
)
_POSITIVE = st.one_of(
    _COMPARED,
    _BETWEEN,
    _CHOSEN_WORDS,
    _CHANGED,
    _sets("finding", store.CODES, lambda lead: lead.codes),
    _sets("tech", store.TECHNOLOGIES, lambda lead: lead.technologies),
    _OWN,
    _BATCHES,
)
_NEGATED = st.one_of(_CHOSEN_WORDS, _CHANGED, _BETWEEN, _OWN,
                     _sets("finding", store.CODES, lambda lead: lead.codes)).map(
    lambda pair: (pair[0].replace("=", "=!", 1), lambda lead: not pair[1](lead))
)  # fmt: skip
_ASKED = st.lists(st.one_of(_POSITIVE, _NEGATED, _SEARCHED), min_size=1, max_size=3)


@pytest.mark.integration
@given(asked=_ASKED)
@with_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_postgres_chooses_the_leads_that_python_does(full, asked):
    chosen = filters.read([words for words, _ in asked])
    expected = {lead.id for lead in MADE if all(holds(lead) for _, holds in asked)}
    with full.session() as session:
        found = {lead.id for lead in leads.newest(session, chosen, limit=1_000)}
        assert found == expected, filters.query_of(chosen)
        assert leads.count(session, chosen) == len(expected)
        ids, _ = lead_export.chosen_ids(session, chosen)
    assert set(ids) == {lead.id for lead in MADE if lead.id in expected and not lead.do_not_contact}


@pytest.mark.integration
def test_a_batch_is_asked_about_the_audits_that_serve_it(full):
    chosen = filters.read(["status=completed & grade=F"])
    with full.session() as session:
        total, rows = batch.leads(session, 1, batch.Selection(chosen), of=len(MADE))
    expected = {m.id for m in MADE if 1 in m.batches and m.last and m.last.grade == "F"}
    assert {row["lead_id"] for row in rows} == expected
    assert total == len(expected) > 0
