# The commands people and scripts use; `make` alone lists them.
#
#   make run ARGS="--port 9000"     options for the command behind a target
#   make install PYTHON=python3.13  a Python of your choice
#
# Everything lands in .venv: no root, no model downloads. Versions are pinned by constraints.txt.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TEST_READY := $(VENV)/.test-ready
LOG := $(VENV)/install.log
CLIENTS := $(VENV)/clients
PYTHON ?=
ARGS ?=

# A folder that was moved or copied has a .venv full of old paths: make it again.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
$(shell rm -f $(READY) $(TEST_READY))
endif

.DEFAULT_GOAL := help
.PHONY: help install run demo doctor test test-clients test-amqtt check stages bench bench-turns bench-sight lab clean test-tools node-client
.NOTPARALLEL:
.DELETE_ON_ERROR:

help:
	@echo "make install   set up .venv (once; every other target does it when needed)"
	@echo "make run       start Netra and print its address; Ctrl-C ends it   ARGS=\"--port 9000\""
	@echo "make demo      a scripted person talks to the real server          ARGS=\"--json\""
	@echo "make doctor    what is installed, what each profile would use, a self-test"
	@echo "make test      lint, types and every test (gets Chromium where it may)"
	@echo "make check     the same without touching the system"
	@echo "make test-clients  openai, agents-js, pipecat and livekit talk with a server (downloads them)"
	@echo "make test-amqtt  MQTT with a second broker, amqtt (downloads it)"
	@echo "make bench     the table of measured figures                       ARGS=\"--json\""
	@echo "make lab       10,000 simulated hours of conversation              ARGS=\"--hours 100\""
	@echo "make bench-turns  when it speaks and when it is silent, measured on sound"
	@echo "make bench-sight  how careful the eyes are, measured on photos"
	@echo "make clean     remove .venv and everything built"

install: $(READY)
	@echo "Netra is set up: make run starts it."

run: $(READY)
	@exec $(BIN)/netra serve $(ARGS)

demo: $(READY)
	@exec $(BIN)/netra demo $(ARGS)

doctor: $(READY)
	@exec $(BIN)/netra doctor $(ARGS)

bench: $(TEST_READY)
	@exec $(BIN)/netra bench $(ARGS)

# How the agent takes turns, on sound (docs/turn-taking.md).
lab: $(TEST_READY)
	@exec $(BIN)/python -m tests.lab $(ARGS)

bench-turns: $(TEST_READY)
	@exec $(BIN)/netra bench pauses recordings delays barge-in cough background aside cuts echo $(ARGS)

# How careful the eyes are.
bench-sight: $(TEST_READY)
	@exec $(BIN)/netra bench sight aiming $(ARGS)

test: $(TEST_READY) test-tools node-client stages

# Each client of the Realtime API in an environment of its own: what they need does not go together.
test-clients: $(TEST_READY) test-tools node-client $(CLIENTS)/pipecat/.ready $(CLIENTS)/livekit/.ready
	@$(BIN)/python -m pytest tests/clients -m "" $(ARGS) </dev/null

# amqtt in an environment of its own: it wants an older websockets than we do.
test-amqtt: $(TEST_READY) $(VENV)/clients/amqtt/.ready
	@$(BIN)/python -m pytest tests/transport/mqtt/test_mqtt_amqtt.py $(ARGS) </dev/null

check: $(TEST_READY) stages

stages:
	@echo "--- lint (ruff)"
	@$(BIN)/ruff check . || { echo "Stopped at lint: ruff's findings are above."; exit 1; }
	@echo "--- types (mypy --strict)"
	@$(BIN)/mypy || { echo "Stopped at types: mypy's findings are above."; exit 1; }
	@echo "--- tests (pytest)"
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS) </dev/null || { echo "Stopped at tests: the failures are above."; exit 1; }

clean:
	rm -rf $(VENV) build dist demo-out lab-out *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find agent transport tests frontend configs -name __pycache__ -type d -prune -exec rm -rf {} +

# --- setting up -----------------------------------------------------------------------------------------------

# $(call pip,ARGUMENTS): pip's own words go to $(LOG), one short line of progress to the screen.
define pip
{ PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt PYTHONUNBUFFERED=1 \
  $(BIN)/python -m pip install --no-input --disable-pip-version-check --progress-bar off --prefer-binary \
  $(1) </dev/null 2>&1; echo "exit code $$?"; } | { \
  [ -t 1 ] && start='\r  ' end='\033[K' || { start='  '; end='\n'; }; count=0; code=1; \
  while IFS= read -r line; do \
    printf '%s\n' "$$line" >>$(LOG); \
    case "$$line" in \
      "exit code "*) code=$${line#exit code } ;; \
      Collecting*|Processing*.whl*) count=$$((count + 1)); [ "$$end" != '\n' ] && printf "$${start}%s packages$${end}" $$count ;; \
      "  Downloading "*" MB)"*) set -- $$line; printf "$${start}%s packages, now %s %s MB$${end}" $$count "$${2%%-*}" "$${3#(}" ;; \
      *"Building wheel for"*"started"*) set -- $$line; printf "$${start}building %s$${end}" "$$4" ;; \
      "Installing collected packages"*) printf "$${start}unpacking %s packages$${end}" $$count ;; \
    esac; \
  done; [ "$$end" = '\n' ] || printf '\r\033[K'; \
  [ "$$code" = 0 ] || { \
    if grep -qE 'NewConnectionError|NameResolutionError|ProxyError|SSLError|ConnectTimeout|ReadTimeout|ResolutionImpossible|No matching distribution' $(LOG); then \
      echo "The packages could not be downloaded: check the connection, proxy or package index and run make again."; \
    elif grep -q 'No space left' $(LOG); then \
      echo "The disk is full: about 700 MB are needed. Free some room and run make again."; \
    elif grep -qE 'Failed building|Failed to build|metadata-generation-failed' $(LOG); then \
      echo "A package has no ready-made wheel for this Python and could not be compiled: run make clean, then make install PYTHON=python3.11 (or python3.13)."; \
    else grep -E '^ *(error|ERROR)' $(LOG) | tail -n 3; fi; \
    echo "Setting up did not finish; the whole story is in $(LOG)."; exit 1; }; }
endef

$(READY): pyproject.toml constraints.txt requirements-nodeps.txt
	@set -e; trap 'echo; echo "Stopped; run make again to finish setting up."; exit 130' INT; \
	if $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then :; else \
	  python=; old=; bare=; \
	  for candidate in $(or $(PYTHON),python3.11 python3.13 python3 python3.12 python3.14 python); do \
	    "$$candidate" -c 'import sys' 2>/dev/null || continue; \
	    if ! "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
	      old=$$("$$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	    elif ! "$$candidate" -c 'import ensurepip, venv' 2>/dev/null; then \
	      bare=$$("$$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	    else python=$$candidate; break; fi; \
	  done; \
	  if [ -n "$$python" ]; then :; \
	  elif [ -n "$$bare" ]; then \
	    echo "Python $$bare is here without its venv module: install it (Debian, Ubuntu: sudo apt install python$$bare-venv) and run make again."; exit 1; \
	  elif [ -n "$$old" ]; then \
	    echo "Netra needs Python 3.11 or newer and found only $$old: install one (python.org, your package manager) or name it: make install PYTHON=/path/to/python3."; exit 1; \
	  else \
	    echo "No Python was found$(if $(PYTHON), under the name $(PYTHON)): install Python 3.11 or newer and run make again."; exit 1; \
	  fi; \
	  echo "Making .venv with $$("$$python" -V)"; \
	  said=$$("$$python" -m venv --clear $(VENV) 2>&1) || { printf '%s\n' "$$said" | tail -n 3; \
	    echo "$$python could not make .venv: check that this folder can be written to."; exit 1; }; \
	fi; \
	: >$(LOG); echo "Installing packages (once)"; \
	$(call pip,--config-settings editable_mode=compat -e .); \
	$(call pip,--no-deps -r requirements-nodeps.txt); \
	printf '%s\n' "$(CURDIR)" >$(READY)

$(TEST_READY): $(READY)
	@set -e; : >$(LOG); echo "Installing what the tests need (once)"; $(call pip,--config-settings editable_mode=compat -e '.[test]'); \
	$(torch); touch $(TEST_READY)

# The brain 'vlm' is tested where torch comes without gigabytes of CUDA; elsewhere its tests skip. TORCH=yes insists.
TORCH ?= auto
define torch
if [ "$(TORCH)" = yes ] || { [ "$(TORCH)" = auto ] && \
    PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --no-input --disable-pip-version-check -q --dry-run --report - torch \
      </dev/null 2>>$(LOG) >$(VENV)/torch.json && ! grep -q '"nvidia' $(VENV)/torch.json; }; then \
  echo "Installing torch for the CPU (once)"; $(call pip,--config-settings editable_mode=compat -e '.[vlm]') || echo "torch could not be installed: see $(LOG). Its tests will skip."; \
fi
endef

node-client:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(CLIENTS)/node/.ready || true; \
	else echo "No npm here: the tests with @openai/agents-realtime will skip."; fi

$(CLIENTS)/node/.ready:
	@mkdir -p $(@D); echo "Installing @openai/agents-realtime for the tests (npm, once)"; \
	npm install --prefix $(@D) --no-audit --no-fund --silent @openai/agents-realtime@0.20.0 ws@8 zod@4 </dev/null >>$(LOG) 2>&1 \
	  && touch $@ || { echo "npm could not: see $(LOG). Its tests will skip."; exit 1; }

$(CLIENTS)/pipecat/.ready: WANTED = 'pipecat-ai[openai,websocket,silero]==1.14.0'
$(CLIENTS)/livekit/.ready: WANTED = 'livekit-agents==1.8.9' 'livekit-plugins-openai==1.8.9'
$(CLIENTS)/pipecat/.ready $(CLIENTS)/livekit/.ready: $(READY)
	@echo "Installing $(WANTED) for the tests (once)"; $(BIN)/python -m venv --clear $(@D) && \
	$(@D)/bin/python -m pip install --disable-pip-version-check --no-input -q $(WANTED) </dev/null >>$(LOG) 2>&1 \
	  && touch $@ || { echo "pip could not: see $(LOG)."; exit 1; }

$(VENV)/clients/amqtt/.ready: $(READY)
	@echo "Installing amqtt for the tests (once)"; $(BIN)/python -m venv --clear $(@D) && \
	$(@D)/bin/python -m pip install --disable-pip-version-check --no-input -q amqtt==0.12.1 </dev/null >>$(LOG) 2>&1 \
	  && touch $@ || { echo "pip could not: see $(LOG)."; exit 1; }

# Chromium for the browser tests, flite for the voices of synthetic speakers, mosquitto as the house's broker: taken
# from apt where that is allowed without asking, and otherwise the tests that need them skip and say so.
test-tools:
	@missing=; command -v flite >/dev/null || missing="flite"; \
	PATH="$$PATH:/usr/sbin" command -v mosquitto >/dev/null || missing="$$missing mosquitto"; \
	for browser in chromium chromium-browser google-chrome; do command -v $$browser >/dev/null && break; done \
	  || missing="$$missing chromium"; \
	if [ -n "$$missing" ] && command -v apt-get >/dev/null; then \
	  if [ "$$(id -u)" = 0 ]; then root=; may=yes; elif sudo -n true 2>/dev/null; then root="sudo -n"; may=yes; else may=; fi; \
	  if [ -n "$$may" ]; then \
	    echo "Installing$${missing:+ }$$missing for the tests (apt)"; \
	    { $$root apt-get update -qq && $$root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing; } \
	      </dev/null >$(LOG) 2>&1 || echo "apt could not: see $(LOG)."; \
	  fi; \
	fi; \
	for browser in chromium chromium-browser google-chrome; do command -v $$browser >/dev/null && break; done \
	  || echo "No Chromium here: the browser tests will skip."; \
	command -v flite >/dev/null || echo "No flite here: tests that need its voices will skip."; \
	PATH="$$PATH:/usr/sbin" command -v mosquitto >/dev/null || echo "No mosquitto here: the tests of MQTT will skip."
