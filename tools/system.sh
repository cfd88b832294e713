#!/usr/bin/env bash
# Installs the system's share, if it is missing: `system.sh build` for making files, `system.sh test` for the tests too.
# apt-get where there is one (through sudo unless root); elsewhere it names what is missing and stops.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/say.sh

root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

# Its chatter is shown only when it fails.
apt() {
    local told
    told=$(root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=600 \
        -o Dpkg::Options::=--force-confold -o Acquire::Retries=3 "$@" 2>&1) || { say "$told"; return 1; }
}

updated=
install() {
    [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null || stop 3 "run as root, for there is no sudo: apt-get install $*"
    say "installing system packages: $*"
    [ -n "$updated" ] || again apt update
    updated=yes
    again apt install -y --no-install-recommends "$@" || stop 3 "apt-get could not install: $*"
}

is_debian() { command -v apt-get >/dev/null && command -v dpkg >/dev/null; }

# Which of these shared libraries cannot be loaded, asked as WeasyPrint will ask.
missing_libraries() {
    "$(tools/find-python.sh)" - "$@" <<'PYTHON'
import ctypes, sys
for name in sys.argv[1:]:
    for path in (name, "/opt/homebrew/lib/" + name, "/usr/local/lib/" + name):
        try:
            ctypes.CDLL(path)
            break
        except OSError:
            continue
    else:
        print(name)
PYTHON
}

for_weasyprint() {
    local libraries missing
    if [ "$(uname)" = Darwin ]; then
        libraries="libgobject-2.0.0.dylib libpango-1.0.dylib libpangoft2-1.0.dylib libharfbuzz.0.dylib libharfbuzz-subset.0.dylib libfontconfig.1.dylib"
    else
        libraries="libgobject-2.0.so.0 libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz.so.0 libharfbuzz-subset.so.0 libfontconfig.so.1"
    fi
    # shellcheck disable=SC2086
    missing=$(missing_libraries $libraries)
    [ -n "$missing" ] || return 0
    if [ "$(uname)" = Darwin ]; then
        stop 3 "WeasyPrint needs libraries that are missing ($(echo $missing)). Install them: brew install pango harfbuzz fontconfig"
    elif is_debian; then
        install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 libfontconfig1
    else
        stop 3 "WeasyPrint needs shared libraries that are missing: $(echo $missing). Install Pango, PangoFT2, HarfBuzz with its subset library, and Fontconfig by this system's package manager"
    fi
}

for_venv() {
    local python minor
    python=$(tools/find-python.sh)
    "$python" -c 'import ensurepip, venv' 2>/dev/null && return 0
    minor=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if is_debian; then
        install "python$minor-venv"
    else
        stop 3 "$python has no venv and ensurepip modules; install them, or name another: make PYTHON=/path/to/python3"
    fi
}

# Without it files for the press are made, but the ink on their plates is not measured.
for_press() {
    command -v gs >/dev/null && return 0
    if is_debian; then
        install ghostscript
    else
        say "files for the press are not wholly checked without Ghostscript (brew install ghostscript)"
    fi
}

# --- what only the tests need ---

has_jdk() { javac -version 2>&1 | grep -Eq '^javac (1[1-9]|[2-9][0-9])' && java -version >/dev/null 2>&1; }
has_jaxb() { [ -f "${JAXB_HOME:-/usr/share/java}/jaxb-runtime.jar" ]; }
has_node() { command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null; }
has_office() {
    command -v soffice >/dev/null || [ -x /Applications/LibreOffice.app/Contents/MacOS/soffice ] || return 1
    /usr/bin/python3 -c 'import uno' 2>/dev/null || [ -x /Applications/LibreOffice.app/Contents/Resources/python ]
}

# A snap cannot be driven by the tests: it does not see their folders.
has_chromium() {
    local name path
    for name in ${CHROMIUM:-} chromium google-chrome google-chrome-stable chromium-browser \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" /Applications/Chromium.app/Contents/MacOS/Chromium; do
        path=$(command -v "$name") || continue
        case $(readlink -f "$path" 2>/dev/null || echo "$path") in */snap | */snap/*) continue ;; esac
        grep -aqs 'snap install chromium' "$path" && continue
        "$path" --version >/dev/null 2>&1 && return 0
    done
    return 1
}

install_chromium() {
    if [ "$(. /etc/os-release && echo "$ID")" = debian ]; then
        install chromium
        return
    fi
    # Ubuntu's package is only a door to a snap; Playwright brings a browser of its own.
    say "fetching a Chromium for the tests"
    local browsers=$PWD/.tools/browsers program
    if PLAYWRIGHT_BROWSERS_PATH=$browsers timeout 900 .venv/bin/playwright install --with-deps chromium </dev/null >&2; then
        program=$(find "$browsers" -type f -name chrome -perm -u+x | head -n 1)
        [ -n "$program" ] && mkdir -p .tools/bin && ln -sf "$program" .tools/bin/chromium && return
    fi
    say "no Chromium could be installed: install one that is not a snap (such as google-chrome) or set CHROMIUM to it"
}

for_tests() {
    local packages=()
    if is_debian; then
        has_jdk || packages+=(default-jdk-headless)
        has_jaxb || packages+=(libjaxb-java libactivation-java)
        has_office || packages+=(libreoffice-writer python3-uno fonts-liberation)
        has_node || packages+=(nodejs npm)
        command -v openssl >/dev/null || packages+=(openssl) # a certificate for the test of an encrypted cluster
        [ -z "$(missing_libraries libatomic.so.1 libstdc++.so.6)" ] || packages+=(libatomic1 libstdc++6) # Playwright's driver
        [ ${#packages[@]} -eq 0 ] || install "${packages[@]}"
        has_chromium || install_chromium
        return
    fi
    has_jdk || packages+=("a JDK, 11 or newer (brew install openjdk)")
    has_jaxb || packages+=("JAXB's jars (set JAXB_HOME to a folder that holds jaxb-runtime.jar)")
    has_office || packages+=("LibreOffice (brew install --cask libreoffice)")
    has_node || packages+=("Node.js 18 or newer (brew install node)")
    has_chromium || packages+=("Chromium (brew install --cask chromium)")
    for each in "${packages[@]+"${packages[@]}"}"; do say "the tests need $each"; done
    if [ ${#packages[@]} -gt 0 ] && [ "${PUBLISH_ALLOW_MISSING:-}" != 1 ]; then
        stop 3 "install these, or set PUBLISH_ALLOW_MISSING=1 to leave open what they would check"
    fi
}

for_weasyprint
for_venv
for_press
[ "${1:-build}" != test ] || for_tests
