# Sourced by scripts/run and scripts/test: everything that must be there before cargo can build.
# Goes to the repository, finds or installs the compilers, and has the RocksDB archive ready. All it says goes to stderr.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

sycee_say() { printf '%s\n' "$*" >&2; }

sycee_fail() {
  sycee_say "$*"
  exit 1
}

# A C++ compiler for RocksDB, libclang with its headers for the bindings to it. Asked by what works, not by package names.
sycee_has_compiler() { command -v cc >/dev/null && command -v "${CXX:-c++}" >/dev/null; }
sycee_has_libclang() {
  [ -n "${LIBCLANG_PATH:-}" ] || compgen -G '/usr/lib/llvm-*/lib/clang/*/include/stddef.h' >/dev/null ||
    compgen -G '/usr/lib*/clang/*/include/stddef.h' >/dev/null
}

sycee_install_packages() {
  local missing=()
  sycee_has_compiler || missing+=(build-essential)
  sycee_has_libclang || missing+=(libclang-dev)
  [ "${#missing[@]}" -gt 0 ] || return 0
  local install="apt-get install --yes --no-install-recommends ${missing[*]}"
  command -v apt-get >/dev/null || sycee_fail "Missing: a C++ compiler or libclang. Install the equivalents of Debian's ${missing[*]}."
  [ "$(id -u)" = 0 ] || sycee_fail "Missing packages. As root: apt-get update && $install"
  sycee_say "Installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  # The lists of a fresh machine may be empty or old; an old list that still serves is good enough.
  apt-get update >&2 || sycee_say "apt-get update failed; trying with the lists that are here"
  $install >&2
}

sycee_find_cargo() {
  command -v cargo >/dev/null && return 0
  [ ! -f "${CARGO_HOME:-$HOME/.cargo}/env" ] || . "${CARGO_HOME:-$HOME/.cargo}/env"
  command -v cargo >/dev/null || sycee_fail "Rust is not installed. Install Rust $(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml) or later, for example with rustup."
}

sycee_install_packages
sycee_find_cargo
# After the packages, because the archive's key names the compiler.
. scripts/env.sh
scripts/rocksdb-archive
