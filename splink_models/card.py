"""The page that explains a model version: what it is for, what its values are, what it was compared with.

Here: writing `card.md` and the charts beside it from trained values and a summary. Not here: training (`train`).
Charts are Splink's own, drawn from parameters and from made-up people (`synthetic`), whatever a model was trained on.
"""

import json
import logging
import warnings
from pathlib import Path
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker
from splink.blocking_rule_library import CustomRule

from splink_models.comparisons import COMPARISONS, Comparison, Level
from splink_models.model import FOLDER, Model
from splink_models.synthetic import EXAMPLES, make_synthetic

CHARTS = {
    "match_weights": "What each level of agreement adds to or takes from the weight of a pair, in bits.",
    "m_u": "How often each level occurs among matches (m) and among strangers (u).",
    "unlinkables": "Share of made-up records with too little in them to be linked at all, by the weight required.",
}

WATERFALLS = {
    "married and moved": "Rosa, and Rosa after she married and moved.",
    "one surname of two, an initial": "Rosa, and Rosa with one surname of two and an initial.",
    "a twin": "Rosa and her twin, against strangers; against a household they are two people.",
}
"""Pairs of `synthetic.EXAMPLES` whose weight is shown step by step, and what is said of them."""

TERMS = sorted({level.term_frequency for item in COMPARISONS for level in item.levels if level.term_frequency})

EXPECTED = 10_000
"""People of the state that charts are drawn for."""


def write_card(model: Model, summary: dict[str, Any], folder: Path = FOLDER) -> Path:
    """Write `card.md`, `summary.json` and `charts/` of a version.

    Args:
        model: the version.
        summary: what training found.
        folder: where versions are kept.
    """
    home = folder / model.version
    (home / "charts").mkdir(parents=True, exist_ok=True)
    draw(model, home / "charts")
    (home / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    card = home / "card.md"
    card.write_text(_text(model, summary), encoding="utf-8")
    return card


def draw(model: Model, folder: Path) -> None:
    """Splink's own charts of the model, as SVG."""
    con = duckdb.connect()
    con.execute("set enable_progress_bar = false")
    make_synthetic(con)
    con.execute(
        "create table compared as select * exclude (writing), false as is_ssn_verified, null::ubigint[] as remainders, "
        "false as is_ssn_lent, []::ubigint[] as lent_parts, "
        "null::bigint as source, null::varchar as id_space, [null::bigint] as drops, []::varchar[] as employers "
        "from features"
    )
    settings = model.settings(EXPECTED)
    settings.retain_matching_columns = True
    settings.retain_intermediate_calculation_columns = True
    settings.blocking_rules_to_generate_predictions = [
        CustomRule(f"l.record = 0 and r.record between 1 and {len(EXAMPLES)}")
    ]
    api = DuckDBAPI(con)
    linker = Linker(api.register("compared"), settings, log_level=logging.ERROR)
    for term in TERMS:
        # Rosa counts once, not with each of her lookalikes
        con.execute(
            f"create table term_{term} as select {term}, count(*)::double / sum(count(*)) over () as tf_{term} "
            f"from features where {term} is not null and record not between 1 and {len(EXAMPLES)} group by {term}"
        )
        linker.table_management.register_term_frequency_lookup(api.register(f"term_{term}"), term)
    charts: dict[str, Any] = {
        "match_weights": linker.visualisations.match_weights_chart(),
        "m_u": linker.visualisations.m_u_parameters_chart(),
        "unlinkables": linker.evaluation.unlinkables_chart(),
    }
    pairs = {row["record_r"]: row for row in linker.inference.predict().as_record_list()}
    for number, (words, _) in enumerate(EXAMPLES, start=1):
        if words in WATERFALLS:
            charts[_file(words)] = linker.visualisations.waterfall_chart([pairs[number]], remove_sensitive_data=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # Altair on its own parameters
        for name, chart in charts.items():
            chart.save(str(folder / f"{name}.svg"))


def _file(words: str) -> str:
    return "waterfall_" + "_".join(words.replace(",", "").split())


def _text(model: Model, summary: dict[str, Any]) -> str:
    parts = [
        f"# Linkage model {model.version}",
        _PURPOSE,
        f"## Training\n\nTrained on {model.trained_on}; without labels.\n\n{_training(summary)}",
        f"## Values\n\n{_VALUES}\n\n" + "\n\n".join(_values(comparison, model) for comparison in COMPARISONS),
        f"### Agreement on a number\n\n{_shares(model)}",
        "## Charts\n\n" + "\n\n".join(f"![{words}](charts/{name}.svg)\n\n{words}" for name, words in CHARTS.items()),
        f"### What a pair weighs, step by step\n\n{_EXAMPLES}\n\n"
        + "\n\n".join(f"![{told}](charts/{_file(words)}.svg)\n\n{told}" for words, told in WATERFALLS.items()),
    ]
    return "\n\n".join([*parts, _LIMITS]) + "\n"


def _training(summary: dict[str, Any]) -> str:
    lines = [f"- {name.replace('_', ' ')}: {value:,}" for name, value in summary["counts"].items()]
    lines += [f"- pairs that agree, {name.replace('_', ' ')}: {value:,}" for name, value in summary["pairs"].items()]
    return "\n".join(lines)


def _shares(model: Model) -> str:
    rows = [
        f"| {name.replace('_', ' ')} | {one:.4f} | {kin:.4f} | {stranger:.4f} |"
        for name, (one, kin, stranger) in sorted(model.shares.items())
    ]
    return "| pairs that agree on | one person | one household | strangers |\n|---|---|---|---|\n" + "\n".join(rows)


def _values(comparison: Comparison, model: Model) -> str:
    rows = [_row(comparison, level, model) for level in comparison.weighed]
    head = "| level | m | h | u | against strangers | against a household | |\n|---|---|---|---|---|---|---|"
    return f"### {comparison.name}\n\n{comparison.about}\n\n{head}\n" + "\n".join(rows)


def _row(comparison: Comparison, level: Level, model: Model) -> str:
    values = model.values[comparison.name][level.key]
    remarks = (("by frequency", level.term_frequency), ("by shares", level.block), ("u by hand", level.u is not None))
    words = ", ".join(word for word, applies in remarks if applies)
    stranger, household = model.bits(comparison, level, EXPECTED)
    return (
        f"| {level.label} | {values['m']:.3g} | {values['h']:.3g} | {values['u']:.3g} "
        f"| {stranger:+.1f} | {household:+.1f} | {words} |"
    )


_PURPOSE = """Weighs whether two records are one person, two members of one household, or strangers.

## Use

- It weighs every candidate pair. An SSN or an id is evidence like a name, and none decides by itself.
- The weight is the odds of one person against strangers and one household together, in bits. Links of 5.6 bits or more
  (a probability of .98) are followed, strongest first, unless the evidence between two clusters contradicts it or a
  constraint forbids it (`p20w.registry.clustering`).
- Error rates are learned from a state's own files before anybody is linked. The values below are where learning starts,
  and the fallback when there are few files.
- Which version is active, how a state trains its own, and how to compare two before one replaces the other:
  `docs/models.md`."""

_VALUES = """m, h and u are how often a level occurs among pairs of one person, of one household, of strangers. Weights
are log2(m/u) and log2(m/h), in bits, for a state of 10,000 records. For levels marked *by frequency*, u is the
frequency of the value itself. For levels marked *by shares*, the weight follows from how many of the pairs that
agree on the number are one person."""

_EXAMPLES = """Rosa is made up, and so are those she is compared with. The charts show the weight against strangers;
the weight against a household distinguishes Rosa from a twin."""

_LIMITS = """## Limitations

- Trained without labels: what was learned is how these records agree, and depends on what agencies record.
- Comparisons are assumed to be independent given the class of a pair. They are not quite: a scan that garbles a name
  also garbles the date beside it.
- Names are compared in Latin letters; short forms are English and Spanish. Romanizations of one name (Xu and Hsu,
  Zheng and Cheng) are different names here. Family name first is treated as a swap of names.
- Very short names (Li, Wu, Ng) find no spelling variants: one letter more or less is another name.
- Three wrong digits in an SSN are mostly another SSN; only an employer, an address or a birth date can bring such
  records together.
- Sources of rates and rules: Winkler (1988, 1990) on frequencies and name comparison; Wagner & Layne (2014) on the
  passes and error rates of the Census Bureau's Person Identification Validation System; Dempster, Laird & Rubin (1977)
  on expectation maximization; Mor & Fraenkel (1982) on deletion neighborhoods."""
