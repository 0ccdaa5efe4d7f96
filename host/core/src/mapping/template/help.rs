//! What templates have beside the engine's own, in words: the reference page is held against it.

/// What a filter, test or function is for, for the reference page.
#[derive(Debug, Clone, Copy)]
pub struct Help {
    /// Its name.
    pub name: &'static str,
    /// `filter`, `test` or `function`.
    pub kind: &'static str,
    /// What it gives.
    pub gives: &'static str,
    /// A template with it, and what comes out of that; empty where it needs surroundings.
    pub example: (&'static str, &'static str),
}

const fn help(
    name: &'static str,
    kind: &'static str,
    gives: &'static str,
    example: (&'static str, &'static str),
) -> Help {
    Help {
        name,
        kind,
        gives,
        example,
    }
}

/// What templates have beside the engine's own. A test holds the reference page and the examples to it.
pub const FILTERS: &[Help] = &[
    help(
        "first",
        "function",
        "the first of its arguments that has a value",
        ("{{ first('', none, 'b', 'c') }}", "b"),
    ),
    help(
        "ascii",
        "filter",
        "the text in ASCII; `style` is `danish` (the default), `norwegian`, `swedish`, `german` or `single`",
        (
            "{{ 'Åse Øst' | ascii }}, {{ 'Åsa Öst' | ascii(style='swedish') }}",
            "Aase Oest, Asa Ost",
        ),
    ),
    help(
        "digits",
        "filter",
        "the digits of a text",
        ("{{ '010190-1234' | digits }}", "0101901234"),
    ),
    help(
        "phone",
        "filter",
        "a telephone number in the form of E.164, or nothing when it is none; a number without calling code is one of the country",
        ("{{ '12 34 56 78' | phone('dk') }}", "+4512345678"),
    ),
    help(
        "phone",
        "test",
        "whether a text is a telephone number",
        ("{{ 'reception' is phone('dk') }}", "false"),
    ),
    help(
        "national_id",
        "filter",
        "a valid identity number of `dk`, `no`, `se`, `fi` or `es` in its plain form (Sweden: twelve digits), or nothing when it is none; `style='written'` gives it as people write it. A Swedish number of ten digits needs `by`, a day or a year when its holder was alive",
        (
            "{{ '010190-1234' | national_id('dk') }}, {{ '811218-9876' | national_id('se', by=2026) }}",
            "0101901234, 198112189876",
        ),
    ),
    help(
        "national_id",
        "test",
        "whether a text is a valid identity number",
        ("{{ '15076500565' is national_id('no') }}", "true"),
    ),
    help(
        "birth_date",
        "filter",
        "the birth date in an identity number, or nothing",
        ("{{ '0101901234' | birth_date('dk') }}", "1990-01-01"),
    ),
    help(
        "lookup",
        "filter",
        "the value, or the record, that a table of the tenant has for it; without a row the second argument, without one an error",
        (
            "{{ 'Lærer' | lookup('titles') }}, {{ 'Pedel' | lookup('titles', 'Other') }}",
            "Teacher, Other",
        ),
    ),
    help(
        "date",
        "filter",
        "a day (`2026-08-17`, also with a time, or `20260817`; `from='…'` for others) in a form such as `%d.%m.%Y`; without a form as `2026-08-17`",
        (
            "{{ '2026-08-17' | date('%d.%m.%Y') }}, {{ '17.08.2026' | date(from='%d.%m.%Y') }}",
            "17.08.2026, 2026-08-17",
        ),
    ),
    help(
        "current",
        "filter",
        "those of a list whose `begin` and `end` include the day that is planned for",
        ("", ""),
    ),
    help(
        "current",
        "test",
        "whether `begin` and `end` include that day",
        ("", ""),
    ),
    help("future", "test", "whether it begins after that day", ("", "")),
    help("ended", "test", "whether it ended before that day", ("", "")),
    help(
        "current",
        "function",
        "the same of the entity that the template is about, such as in the condition of `each`; also `future()` and `ended()`",
        ("", ""),
    ),
    help(
        "allotted",
        "function",
        "the entity's name in a scope of unique names, or nothing",
        ("", ""),
    ),
    help(
        "below",
        "test",
        "whether a unit is that one or lies below it, or whether a group, engagement, membership or person belongs there; the unit by UUID, short name or name",
        ("", ""),
    ),
    help(
        "below",
        "function",
        "the same of the entity that the template is about",
        ("", ""),
    ),
    help(
        "within",
        "filter",
        "those of a list that are below a unit",
        ("", ""),
    ),
    help(
        "ranked",
        "filter",
        "a list of records in the order that the texts of one member have in another list; those that it does not name come last, or with `only=true` not at all",
        (
            "{{ [{'kind': 'a', 'to': 1}, {'kind': 'b', 'to': 2}] | ranked('kind', ['b']) | map(attribute='to') | first }}",
            "2",
        ),
    ),
    help(
        "containing",
        "test",
        "whether a list has the value",
        (
            "{{ [{'of': ['x', 'y']}] | selectattr('of', 'containing', 'y') | list | length }}",
            "1",
        ),
    ),
];
