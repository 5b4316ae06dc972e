#!/usr/bin/env python3
"""Makes the man pages: what programs take comes from their --help, what the configuration knows from the file
that is shipped, so that neither can say something else than the page.

make_pages.py --daemon FILE --ctl FILE --config FILE --version TEXT --date TEXT --output DIRECTORY
"""

import argparse
import gzip
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).parent
# Help is in two columns; what has no place in the first one has a line of its own.
COLUMN = 30


def help_of(words):
    return subprocess.run([*words, "--help"], check=True, capture_output=True, text=True).stdout


def escaped(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in (".", "'") else text


def section(text, title):
    """The lines below "title:", until the next blank one."""
    found = re.search(rf"^{title}:\n((?:.+\n?)*)", text, re.MULTILINE)
    return found.group(1).splitlines() if found else []


def entries(lines):
    """(what is typed, what it means) for each entry of a section."""
    found = []
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if indent >= COLUMN:
            found[-1][1] = f"{found[-1][1]} {line.strip()}".strip()
        elif line[COLUMN - 2:COLUMN] == "  " and line[COLUMN:].strip():
            found.append([line[:COLUMN].strip(), line[COLUMN:].strip()])
        else:
            found.append([line.strip(), ""])
    return found


def definition_list(items):
    if not items:
        return ""
    lines = [".Bl -tag -width Ds"]
    for typed, meaning in items:
        # Each sentence on a line of its own, as man pages have them.
        lines += [f".It {quoted(typed)}", *map(escaped, re.split(r"(?<=[a-z]\.) (?=[A-Z])", meaning))]
    return "\n".join([*lines, ".El"])


def quoted(typed):
    """A head of an entry, as one argument of .It: bold where it is to be typed as it stands."""
    typed = typed.replace(" REQUIRED", "")
    words = [f"\\fB{escaped(word)}\\fR" if word.startswith("-") or word.islower() else escaped(word)
             for word in re.split(r"(?<=,)|(?= )", typed)]
    return '"' + "".join(words) + '"'


def exit_status(text):
    found = re.search(r"^Exit status: ((?:.+\n?)*)", text, re.MULTILINE)
    pairs = re.findall(r"(\d+) ([^0-9]+?)(?:,\s+(?=\d)|\.?\s*$)", " ".join(found.group(1).split()))
    return definition_list([list(pair) for pair in pairs])


def commands(words, path=()):
    """A subsection for each command, those below it after it."""
    text = help_of([*words, *path])
    pages = []
    if path:
        usage = re.search(r"^Usage: (.+)$", text, re.MULTILINE).group(1)
        pages.append(f".Ss {escaped(' '.join(path))}")
        pages.append(escaped(text.splitlines()[0]) + ".")
        pages.append(f".Dl {escaped(usage)}")
        options = [item for item in entries(section(text, "Options")) if not item[0].startswith("-h,")]
        pages.append(definition_list(entries(section(text, "Positionals")) + options))
    for name, _ in entries(section(text, "Subcommands")):
        pages.append(commands(words, (*path, name)))
    return "\n".join(page for page in pages if page)


def write(name, values, output):
    page = (HERE / f"{name}.in").read_text()
    for key, value in values.items():
        page = page.replace(f"@{key}@", value)
    left = re.search(r"@[A-Z_]+@", page)
    assert not left, f"{name}: nothing for {left.group()}"
    # Without a name and a time in it the same page is always the same file.
    (output / f"{name}.gz").write_bytes(gzip.compress(page.encode(), 9, mtime=0))


def main():
    parser = argparse.ArgumentParser()
    for option in ("daemon", "ctl", "config", "version", "date", "output"):
        parser.add_argument(f"--{option}", required=True)
    given = parser.parse_args()
    output = pathlib.Path(given.output)
    output.mkdir(parents=True, exist_ok=True)
    common = {"PROJECT_VERSION": given.version, "MAN_DATE": given.date}
    daemon, ctl = help_of([given.daemon]), help_of([given.ctl])
    write("lmbridged.8", {**common, "OPTIONS": definition_list(entries(section(daemon, "Options"))),
                          "EXIT_STATUS": exit_status(daemon)}, output)
    write("lmbridgectl.1", {**common, "OPTIONS": definition_list(entries(section(ctl, "Options"))),
                            "COMMANDS": commands([given.ctl]), "EXIT_STATUS": exit_status(ctl)}, output)
    keys = "\n".join(escaped(line) for line in pathlib.Path(given.config).read_text().splitlines())
    write("lmbridge.jsonc.5", {**common, "KEYS": keys}, output)


if __name__ == "__main__":
    main()
