# Sourced by the scripts and by developers: where build output lives, and the one RocksDB archive of this machine.
# Nothing here is specific to a machine; every value can be set from outside.

export SYCEE_CACHE="${SYCEE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sycee}"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$SYCEE_CACHE/target}"

# Version of the crate that carries RocksDB's source, as locked, such as 0.19.0+11.8.1.
sycee_rocksdb_version() {
  sed -n '/^name = "librocksdb-sys"$/{n;s/^version = "\(.*\)"$/\1/p;}' "$(dirname "${BASH_SOURCE[0]}")/../Cargo.lock"
}

# The archive is keyed by everything that changes its bytes: crate version, compiler, processor flags.
sycee_rocksdb_key() {
  local cxx
  cxx=$( (${CXX:-c++} -dumpfullversion -dumpversion 2>/dev/null || echo none) | head -n 1)
  echo "$(sycee_rocksdb_version)-$(uname -m)-v2-O2-cxx$cxx"
}

export ROCKSDB_STATIC=1
ROCKSDB_LIB_DIR="$SYCEE_CACHE/rocksdb/$(sycee_rocksdb_key)"
export ROCKSDB_LIB_DIR
