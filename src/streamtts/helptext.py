"""What the help says beside the flags; tools/man_page.py makes the manual of it, too.

Blocks stand between empty lines. One whose lines begin at the margin is prose, and may be filled anew;
under a line that ends in a colon stand rows, indented, that keep their lines.
"""

USAGE = """\
agent ... | streamtts [options]
       streamtts [options] FILE...
       streamtts COMMAND [options]"""

SUMMARY = """\
Hear your coding agent while it works, in your language. streamtts reads an
agent's JSON lines, keeps only the prose meant for a person, and speaks it
sentence by sentence while it is being written."""

EXAMPLES = """\
examples:
  claude -p "fix the tests" --output-format stream-json \\
    --include-partial-messages --verbose | tee log.jsonl | streamtts
  codex exec --json "fix the tests" | streamtts --to ja --captions log.srt
  streamtts --replay 1 log.jsonl             a recorded log, at its pace
  streamtts --output wav:log.wav log.jsonl   into a sound file
  streamtts --text log.jsonl                 print the sentences instead
  streamtts --text --to ja log.jsonl         print them in Japanese
  streamtts watch                            no pipe: Claude Code's own"""

COMMANDS_HEAD = "commands (`streamtts COMMAND --help` tells more; a log so named is ./NAME):"

KEYS = """\
keys while it speaks: space pause, → and ← sentence by sentence, n next turn,
r repeat, + and - speed, m mute, s stop, q quit, ? help."""

DESCRIPTION = f"{SUMMARY}\n\n{EXAMPLES}\n\n{COMMANDS_HEAD}\nCOMMANDS\n\n{KEYS}"

SETTINGS = """\
Every switch can be undone (--no-earcon, --keys). Every setting can also be a
variable, STREAMTTS_SPEED=1.5, or a line of the configuration file: `streamtts
config` tells where that is and what holds. A flag goes before a variable, and
that before the file."""

ENVIRONMENT = """\
variables:
  STREAMTTS_...             a setting: --on-new-turn is STREAMTTS_ON_NEW_TURN
  STREAMTTS_CONFIG          the configuration file
  STREAMTTS_MODELS          the folder of models
  STREAMTTS_OPENAI_API_KEY  the key of a server that speaks or translates;
                            without it OPENAI_API_KEY
  STREAMTTS_COSYVOICE_API_KEY
                            the key of a server of cosyvoice
  HF_TOKEN, HF_ENDPOINT, HF_HOME, HF_HUB_OFFLINE
                            as for other programs that fetch models
  NO_COLOR                  captions without colours"""

UNDERSTOOD = """\
understood: Claude Code (stream-json, json, transcripts), Codex, Gemini CLI,
Qwen Code, opencode, Cursor, goose, Amp, Copilot CLI, pi, Ollama, and the raw
streams of the Anthropic, OpenAI and Gemini APIs; told apart line by line, so
logs may be mixed."""

EXIT_STATUS = """\
exit status, of every command:
  0    done; silence is fine
  1    something failed; one sentence on standard error says what to do
  2    a wrong flag, setting or file name
  129  the terminal was closed
  130  Ctrl-C
  143  it was told to end (SIGTERM)"""

EPILOG = f"{SETTINGS}\n\n{ENVIRONMENT}\n\n{UNDERSTOOD}\n\n{EXIT_STATUS}"

DEMO_USAGE = "streamtts demo [options]"

DEMO = """\
Speaks a short recorded session of an agent, as it was written; into demo.wav
where there is no sound. With --to ja in Japanese: a model that is missing for
that is fetched first, with --offline it is not.

examples:
  streamtts demo
  streamtts demo --to ja
  streamtts demo --voice nanotts --speed 1.3"""

BENCH_USAGE = "streamtts bench [LOG...] [options]"

BENCH = """\
Replays a log at its recorded pace through the engines that are set, and tells
where the milliseconds go: the agent's writing, our text stages, the
translator, the voice, the ring, the device. `--output null` makes no sound and
takes as long; --trace keeps all of it, for `streamtts report`.

examples:
  streamtts bench --to ja
  streamtts bench log.jsonl --output null --trace trace.jsonl"""

WATCH_USAGE = "streamtts watch [FILE] [options]"

WATCH = """\
Speaks the newest transcript of Claude Code as it grows: nothing needs to be
piped. Ctrl-C ends it. Transcripts lie in $CLAUDE_CONFIG_DIR, else in ~/.claude.

examples:
  streamtts watch
  streamtts watch --to ja ~/.claude/projects/-home-me-parser"""

ENGINES_USAGE = "streamtts engines [options]"

ENGINES = """\
Lists what can speak and what can translate: its languages, its licence, where
it runs, and what is missing for it; then whom each --quality takes for the
languages that are set, why, and what would be better.

examples:
  streamtts engines
  streamtts engines --to ja --quality best"""

VOICES_USAGE = """streamtts voices [list] [LANG|ENGINE] [--json]
       streamtts voices add NAME FILE [--text WORDS] [--language LANG]
                            [--i-have-consent]
       streamtts voices rm NAME...
       streamtts voices play NAME [--output NAME]"""

VOICES = """\
actions:
  list  what --voice takes, and which of them is the default of its language,
        as things are set; an engine with very many voices has one line, unless
        it or a language is named
  add   a voice of your own: 5 to 10 seconds (3 to 30) of one person who speaks,
        and who agrees; from then on --voice NAME speaks like it, with an engine
        that can: xtts, cosyvoice
  rm    take such a voice away, with all that was made of it
  play  hear the recording as it is kept

WAV is read as it is; other formats (FLAC, OGG, MP3) need
pip install 'streamtts[clone]'. Your voices lie in
~/.local/share/streamtts/voices, on macOS in
~/Library/Application Support/streamtts/voices; only you can read them, and
they go to a server only where you have set one up for an engine that speaks
with them.

examples:
  streamtts voices ja
  streamtts voices add anna sample.wav --language en"""

MODELS_USAGE = """streamtts models [list] [NAME|ENGINE|LANG...] [--json]
       streamtts models pull NAME... [--from FILE] [--accept-license]
       streamtts models path NAME...
       streamtts models rm NAME...
       streamtts models convert NAME --to FORM"""

MODELS = """\
actions:
  list     what can be had: for which engine and languages, under which licence,
           how large, and if it is here
  pull     fetch models, or check those that are here; what was interrupted goes
           on where it ended
  path     where a model lies, for other programs; never fetches one
  rm       take away what pull has brought
  convert  make another form of a model, for an engine that wants its own

Nothing is ever fetched but by pull, and by the demo, which says so. Pull takes
what --from names, else what is on this machine (in the Hugging Face cache, in
installed packages), else it asks the Hugging Face hub; HF_HOME, HF_TOKEN,
HF_ENDPOINT and HF_HUB_OFFLINE mean what they mean there. Models lie in
$STREAMTTS_MODELS, else in ~/.local/share/streamtts/models, on macOS in
~/Library/Application Support/streamtts/models.

examples:
  streamtts models list ja
  streamtts models pull qwen2.5-coder-1.5b-instruct-q4
  streamtts models convert opus-mt-en-fr --to ct2"""

DEVICES_USAGE = "streamtts devices [--test [--output NAME]]"

DEVICES = """\
Lists where sound can go, or plays a chime there.

examples:
  streamtts devices
  streamtts devices --test --output null"""

DOCTOR_USAGE = "streamtts doctor [options]"

DOCTOR = """\
Looks at everything that streamtts needs, tries it, and says what to do about
what does not work: sound, engines (each speaks a sentence, unheard), the
translator, where a language to hear is set, configuration, controls, terminal.
Needs no network and changes no setting; what an engine or a translator
prepares at its first start and keeps, it prepares here. The exit status is 1
if something that should work does not; that there is no sound device is only
said, and so is what cannot be had here.

On a Mac with Apple silicon --apple does something else: it compiles each of
our Metal kernels, compares what it computes with 64 bits, times it beside
PyTorch's and MLX's own, and from then on those are used that are right and
faster on this machine, and no others. Say it again after an update of macOS or
PyTorch.

examples:
  streamtts doctor
  streamtts doctor --to ja
  streamtts doctor --json | jq .ok"""

CTL_USAGE = "streamtts ctl [options] VERB [TEXT...]"

CTL = """\
Controls a streamtts that is speaking, from another terminal or a script.

verbs:
CONTROLS

What is said may begin with a dash after --.

examples:
  streamtts ctl toggle
  streamtts ctl say -- -5 degrees
  streamtts ctl to ja"""

REPORT_USAGE = """streamtts report TRACE -o report.html
       streamtts report --compare A B -o report.html"""

REPORT = """\
Makes a page of what `streamtts --trace FILE` has written: each sentence on its
way through the stages, how far speech was behind, how long each stage took,
the slowest sentences. The page is one file that loads nothing, runs no script
and sends nothing. Without -o it is written to standard output. The trace of a
session that still runs, or was killed, will do; what is missing of it is said.

examples:
  agent ... | streamtts --trace trace.jsonl
  streamtts report trace.jsonl -o report.html
  streamtts report --compare yesterday.jsonl today.jsonl -o report.html"""

CONFIG_USAGE = """streamtts config [show] [options]
       streamtts config path
       streamtts config example"""

CONFIG = """\
actions:
  show     the settings that hold and where each comes from: a flag, a variable,
           the file, or the default
  path     where the file is, or would be
  example  a whole file, commented

to begin with it:
  mkdir -p ~/.config/streamtts
  streamtts config example > ~/.config/streamtts/config.toml"""

COMPLETION_USAGE = "streamtts completion [SHELL]"

COMPLETION = """\
Writes completion for a shell.

to have it always (the folder has to be there: mkdir -p):
  bash  streamtts completion bash \\
          > ~/.local/share/bash-completion/completions/streamtts
  zsh   streamtts completion zsh > _streamtts      in a folder of $fpath
  fish  streamtts completion fish \\
          > ~/.config/fish/completions/streamtts.fish"""
