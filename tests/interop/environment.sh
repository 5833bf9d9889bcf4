# Sourced by `run` and `bench`: where Python environments are kept, and how they are made.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${TERRELLA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/terrella}

# True when the environment called $1 is there and made from the requirements file $2 as it is now.
current() {
    [[ -e $cache/$1/made-from ]] && cmp --quiet "$cache/$1/made-from" "$here/$2"
}

# Makes the environment unless it is current. The mark is set last, so that an interrupted one is made anew.
environment() {
    local at=$cache/$1 requirements=$here/$2
    current "$1" "$2" && return
    echo "installing $2 into $at" >&2
    rm -rf -- "$at"
    "${PYTHON:-python3}" -m venv "$at"
    "$at/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$requirements"
    cp -- "$requirements" "$at/made-from"
}

# Sets TERRELLA_BINARY: the one that is given, or one that is built here with the profile that is given.
terrella_binary() {
    local given=$1 profile=$2
    if [[ -z $given ]]; then
        local target=${CARGO_TARGET_DIR:-$cache/target} folder=${profile/#dev/debug}
        CARGO_TARGET_DIR=$target cargo build --quiet --profile "$profile" --manifest-path "$here/../../Cargo.toml" -p terrella-cli
        given=$target/$folder/terrella
    fi
    TERRELLA_BINARY=$(realpath -- "$given")
    export TERRELLA_BINARY
}
