"""`streamtts completion`: a script for a shell, made of the parsers, so that it cannot lie."""

from collections.abc import Iterable, Iterator

from streamtts.commands.flags import FILE, MAIN, CommandFlags, Flag, commands

_BASH = """\
# bash completion for streamtts, written by `streamtts completion bash`
_streamtts() {
    local current=${COMP_WORDS[COMP_CWORD]} command='' flags='' words='' list='' after='' word
    # What stands before the cursor as it was typed: bash itself cuts words at = and :
    local line=${COMP_LINE:0:COMP_POINT}
    local typed=${line##*[[:space:]]}
    local passed=${line%"$typed"} previous=''
    [[ $current == [=:] ]] && current=''
    if [[ $typed == --*=* ]]; then
        previous=${typed%%=*} typed=${typed#*=}
    else
        read -ra passed <<< "$passed"
        (( ${#passed[@]} )) && previous=${passed[${#passed[@]}-1]}
    fi
    if (( COMP_CWORD > 1 )); then
        case ${COMP_WORDS[1]} in
            NAMES) command=${COMP_WORDS[1]} ;;
        esac
    fi
    COMPREPLY=()
    case "$command $previous" in
VALUES
    esac
    case $command in
COMMANDS
    esac
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        if [[ $word == -- ]]; then
            flags=''
        elif [[ " $words " == *" $word "* ]]; then
            words=''
            [[ -n $after ]] && list=${after##* "$word"=} list=${list%% *}
        fi
    done
    if [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W "$flags" -- "$current"))
    elif [[ -n $words ]]; then
        COMPREPLY=($(compgen -W "$words" -- "$current"))
        [[ -n $after ]] && _streamtts_listed "$list"
    elif [[ $list == FILE ]]; then
        compopt -o default 2> /dev/null
    elif [[ -n $list ]]; then
        _streamtts_listed "$list"
    fi
}
# The names of a list: after LANG= and after a comma, too.
_streamtts_listed() {
    local head='' name cut=${typed%"$current"}
    [[ $typed == *,* ]] && head=${typed%,*},
    name=${typed#"$head"}
    [[ $name == *=* ]] && head+=${name%%=*}= name=${name#*=}
    while IFS= read -r word; do
        if [[ $word == "$name"* ]]; then
            word=$head$word
            word=${word#"$cut"}
            [[ $word == *[!A-Za-z0-9_.,:=/@+-]* ]] && printf -v word %q "$word"
            COMPREPLY+=("$word")
        fi
    done < <("${COMP_WORDS[0]}" completion --list "$1" 2> /dev/null)
}
complete -o default -F _streamtts streamtts
"""

# The bash of macOS knows no compopt; there a name of a file is offered too.
_BASH_NO_FILES = "compopt +o default 2> /dev/null"

_ZSH = """\
#compdef streamtts
# zsh completion for streamtts, written by `streamtts completion zsh`
_streamtts_listed() {
    local -a names
    names=(${(f)"$($program completion --list $1 2> /dev/null)"})
    compset -P '*,'
    compset -P '[^:]#='
    compadd -a names
}
_streamtts_or_listed() {
    compadd -- ${@:2}
    _streamtts_listed $1
}
_streamtts_after() {
    local pair
    for pair; do
        if (( ${words[(Ie)${pair%%=*}]} )); then
            if [[ ${pair#*=} == FILE ]]; then _files; else _streamtts_listed ${pair#*=}; fi
            return
        fi
    done
}
_streamtts() {
    local curcontext=$curcontext state line program=$words[1]
    local -a commands
    commands=(
NAMES
    )
    if (( CURRENT > 2 )); then
        case $words[2] in
COMMANDS
        esac
    elif [[ $words[CURRENT] != -* ]]; then
        _describe command commands
    fi
    _arguments -s -S \\
MAIN
}
if [[ $funcstack[1] == _streamtts ]]; then
    _streamtts "$@"
else
    compdef _streamtts streamtts
fi
"""

_FISH = """\
# fish completion for streamtts, written by `streamtts completion fish`
function __streamtts_in
    set -l words (commandline -opc)
    set -l command main
    if set -q words[2]; and contains -- $words[2] NAMES
        set command $words[2]
    end
    contains -- $command $argv
end
function __streamtts_first
    test (count (commandline -opc)) -eq 1
end
function __streamtts_lacks
    not string match -qr -- '^('(string join '|' $argv)')$' (commandline -opc)
end
function __streamtts_listed
    set -l words (commandline -opc)
    set -l typed (commandline -ct | string replace -r -- '^--[^=]*=' '')
    if string match -q -- '-*' "$typed"; or not type -q $words[1]
        return
    end
    set -l head (string match -r -- '^(?:.*,)?(?:[^=,:]*=)?' $typed)
    for name in (command $words[1] completion --list $argv 2> /dev/null)
        printf '%s\\n' $head$name
    end
end
complete -c streamtts -f
LINES
"""


def script(shell: str) -> str:
    every = list(commands())
    match shell:
        case "bash":
            return _bash(every)
        case "zsh":
            return _zsh(every)
        case _:
            return _fish(every)


def _names(every: Iterable[CommandFlags]) -> list[str]:
    return [command.name for command in every if command.name != MAIN]


def _bash(every: list[CommandFlags]) -> str:
    names = _names(every)
    return (
        _BASH.replace("NAMES", "|".join(names))
        .replace("VALUES", "\n".join(_bash_values(every)))
        .replace("COMMANDS", "\n".join(_bash_command(command, names) for command in every))
    )


def _bash_values(every: list[CommandFlags]) -> Iterator[str]:
    """What may follow a flag, for all the flags of a kind in one line."""
    places: dict[str, list[str]] = {}
    for command in every:
        for flag in command.flags:
            if flag.takes_value:
                places_of_flag = (f"'{command.name} {name}'" for name in flag.names)
                places.setdefault(_bash_value(flag), []).extend(places_of_flag)
    for reply, cases in places.items():
        yield f"        {'|'.join(cases)})\n            {reply}return ;;"


def _bash_value(flag: Flag) -> str:
    if flag.takes_file:
        return ""  # bash completes files where it is told nothing
    if flag.listed:
        return f"{_BASH_NO_FILES}; _streamtts_listed {flag.listed}; "
    if flag.choices:
        return f"""COMPREPLY=($(compgen -W '{" ".join(flag.choices)}' -- "$current")); """
    return f"{_BASH_NO_FILES}; "


def _bash_command(command: CommandFlags, names: list[str]) -> str:
    flags = " ".join(name for flag in command.flags for name in flag.names)
    words = " ".join(choice for flag in command.words for choice in flag.choices)
    listed = next((flag.listed for flag in command.words if flag.listed), "")
    after = " ".join(
        f"{action}={offered}" for flag in command.words for action, offered in flag.after.items()
    )
    steps = [f"flags='{flags}' words='{words}' list='{listed}' after='{after and f' {after} '}'"]
    if command.name == MAIN:
        steps.append(f"(( COMP_CWORD == 1 )) && words='{' '.join(names)}'")
    elif not any(flag.takes_file for flag in command.words):
        steps.append(_BASH_NO_FILES)
    return f"        '{command.name}')\n            {'; '.join(steps)} ;;"


def _zsh(every: list[CommandFlags]) -> str:
    names = (f"        {_quoted(f'{c.name}:{c.summary}')}" for c in every if c.name != MAIN)
    branches = (
        f"            {c.name})\n"
        "                shift words; (( CURRENT-- ))\n"
        f"                _arguments -s -S \\\n{_zsh_arguments(c, 20)}\n"
        "                return ;;"
        for c in every
        if c.name != MAIN
    )
    return (
        _ZSH.replace("NAMES", "\n".join(names))
        .replace("COMMANDS", "\n".join(branches))
        .replace("MAIN", _zsh_arguments(every[0], 8))
    )


def _zsh_arguments(command: CommandFlags, indent: int) -> str:
    specs = [spec for flag in command.flags for spec in _zsh_flag(flag)]
    specs += [_zsh_words(words) for words in command.words]
    return " \\\n".join(" " * indent + _quoted(spec) for spec in specs)


def _zsh_flag(flag: Flag) -> Iterator[str]:
    others = f"({' '.join(flag.names)})" if len(flag.names) > 1 and not flag.repeats else ""
    for name in flag.names:
        value = f":{_zsh_plain(flag.metavar)}:{_zsh_values(flag)}" if flag.takes_value else ""
        equals = "=" if flag.takes_value else ""
        yield f"{'*' if flag.repeats else others}{name}{equals}[{_zsh_plain(flag.help)}]{value}"


def _zsh_words(words: Flag) -> str:
    return f"{'*' if words.repeats else ''}:{_zsh_plain(words.metavar)}:{_zsh_values(words)}"


def _zsh_values(flag: Flag) -> str:
    if flag.takes_file:
        return "_files"
    if flag.after:
        return f" _streamtts_after {' '.join(f'{action}={listed}' for action, listed in flag.after.items())}"
    if flag.choices and flag.listed:
        return f" _streamtts_or_listed {flag.listed} {' '.join(flag.choices)}"
    if flag.listed:
        return f" _streamtts_listed {flag.listed}"
    return f"({' '.join(flag.choices)})" if flag.choices else " "


def _zsh_plain(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "[]:\\" else letter for letter in text)


def _fish(every: list[CommandFlags]) -> str:
    lines = [line for command in every for line in _fish_command(command)]
    return _FISH.replace("NAMES", " ".join(_names(every))).replace("LINES", "\n".join(lines))


def _fish_command(command: CommandFlags) -> Iterator[str]:
    if command.name != MAIN:
        yield (
            f"complete -c streamtts -n __streamtts_first -a {command.name} -d {_fish_quoted(command.summary)}"
        )
    place = f"-n '__streamtts_in {command.name or 'main'}'"
    for flag in command.flags:
        yield f"complete -c streamtts {place} {_fish_flag(flag)}"
    for words in command.words:
        if words.takes_file:
            yield f"complete -c streamtts {place} -F"
        elif words.choices:
            choices = " ".join(words.choices)
            lacking = f"-n '__streamtts_lacks {choices}'"
            listed = f" (__streamtts_listed {words.listed})" if words.listed else ""
            yield f"complete -c streamtts {place} {lacking} -a '{choices}{listed}'"
        elif words.after:
            for action, listed in words.after.items():
                offered = "-F" if listed == FILE else f"-a '(__streamtts_listed {listed})'"
                yield f"complete -c streamtts {place} -n 'not __streamtts_lacks {action}' {offered}"
        elif words.listed:
            choices = " ".join(choice for each in command.words for choice in each.choices)
            had = f"-n 'not __streamtts_lacks {choices}' " if choices else ""
            yield f"complete -c streamtts {place} {had}-a '(__streamtts_listed {words.listed})'"


def _fish_flag(flag: Flag) -> str:
    names = " ".join(
        f"-l {name.removeprefix('--')}" if name.startswith("--") else f"-s {name.removeprefix('-')}"
        for name in flag.names
    )
    value = ""
    if flag.takes_file:
        value = " -r -F"
    elif flag.listed:
        value = f" -x -a '(__streamtts_listed {flag.listed})'"
    elif flag.takes_value:
        value = f" -x -a '{' '.join(flag.choices)}'"
    return f"{names}{value} -d {_fish_quoted(flag.help)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
