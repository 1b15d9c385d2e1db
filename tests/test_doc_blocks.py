"""A document's blocks are read and typed as a reader would."""

from __future__ import annotations

import os

import pytest

from tests.doc_blocks import Reader, blocks, commands_after

DOCUMENT = """
# How to

<!-- file: leads.csv -->
```csv
name
Harbour Bakery
```

```sh
FILE=leads.csv    # the list
wc -l < $FILE
# a remark
cat <<'END' > more.txt
one "quoted
END
printf '%s\\n' a \\
    b
```

Only <!-- not run: a remark in a text is none --> this.

<!-- not run: it needs root -->
```bash
exit 9
```

Then:

```console
$ cat "$FILE"
name
... Bakery
$ cd .. && false
```
"""


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "how.md"
    path.write_text(DOCUMENT)
    return path


def reader(tmp_path, **more):
    folder = tmp_path / "reader"
    folder.mkdir()
    return Reader(folder, {"PATH": os.environ["PATH"]}, **more)


def test_commands_of_several_lines_are_one(document):
    _, first, _, last = blocks(document)
    texts = [command.text for command in first.commands]
    assert texts == [
        "FILE=leads.csv    # the list",
        "wc -l < $FILE",
        "cat <<'END' > more.txt\none \"quoted\nEND",
        "printf '%s\\n' a \\\n    b",
    ]
    assert [(c.text, c.prints) for c in last.commands] == [
        ('cat "$FILE"', ("name", "... Bakery")),
        ("cd .. && false", ()),
    ]
    for command in (*first.commands, *last.commands):
        line = document.read_text().splitlines()[command.line - 1]
        assert line.removeprefix("$ ") == command.text.splitlines()[0]


def test_a_comment_is_of_the_block_behind_it_alone(document):
    said = [dict(block.said) for block in blocks(document)]
    assert said == [{"file": "leads.csv"}, {}, {"not run": "it needs root"}, {}]


def test_a_reader_follows_all_that_is_to_be_run(document, tmp_path):
    someone = reader(tmp_path)
    *most, last = blocks(document)
    for block in most:
        someone.follow(block)
    assert (someone.folder / "more.txt").read_text() == 'one "quoted\n'
    with pytest.raises(AssertionError, match=r"cd \.\. && false\nended with 1"):
        someone.follow(last)


def test_what_is_printed_otherwise_is_an_error(document, tmp_path):
    document.write_text("```console\n$ echo one two\ntwo\n```\n")
    with pytest.raises(AssertionError, match="prints no line like 'two'"):
        reader(tmp_path).follow(blocks(document)[0])


def test_a_block_says_what_it_needs_and_how_it_ends(document, tmp_path):
    document.write_text(
        "<!-- needs: server; exits: 6 -->\n```sh\necho SERVER > said; exit 6\n```\n"
    )
    (block,) = blocks(document)
    assert block.needs == {"server"}
    without = reader(tmp_path)
    without.follow(block)
    assert list(without.folder.iterdir()) == []
    having = Reader(
        without.folder, without.env, has=frozenset({"server"}), reads_as={"SERVER": "here"}
    )
    having.follow(block)
    assert (having.folder / "said").read_text() == "here\n"


def test_commands_are_found_by_the_words_before_them(document):
    assert commands_after(document, "# How to")[0] == "FILE=leads.csv"
    assert commands_after(document, "Then:")[0] == 'cat "$FILE"'
