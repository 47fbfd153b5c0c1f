# shellcheck shell=bash

# taken_over VERSIONS CREDENTIAL writes down that a service runs with the credentials that were placed, and without
# those that were taken away: the folder of their versions, and what the files of the credentials begin with.
taken_over() {
  local file version
  for file in "$1"/*; do
    if [[ ! -e $file ]]; then
      :
    elif [[ -e $2${file##*/} ]]; then
      read -r version _ <"$file"
      printf '%s\n' "$version" >"$file"
    else
      rm -f "$file"
    fi
  done
}
