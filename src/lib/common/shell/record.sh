# shellcheck shell=bash
# How a host answers: records, a line each.

# rec FIELD… writes one record, its fields separated by tabs. No text of a host's can make two records of one.
rec() {
  local IFS=$'\t'
  local fields=("${@//[[:cntrl:]]/ }")
  printf '%s\n' "${fields[*]}"
}
