# shellcheck shell=bash
# Appends to the ledger of a host; needs `ledger_file`.

json() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//[[:cntrl:]]/ }
  printf '"%s"' "$text"
}
# ledger_line LINE: a line that was made beforehand, but for the time, which stands there as "at":0.
ledger_line() {
  local at='"at":'$EPOCHSECONDS
  printf '%s\n' "${1/'"at":0'/"$at"}" >>"$ledger_file"
}
# ledger ID WHO ACTION SERVICE DIGEST FROM RESULT SECONDS REASON
ledger() {
  local form line
  form='{"id":%s,"at":0,"who":%s,"action":%s,"service":%s,"digest":%s,"from":%s,"result":%s,"seconds":%s,"reason":%s}'
  # shellcheck disable=SC2059 # the form is right above
  printf -v line "$form" "$(json "$1")" "$(json "$2")" "$(json "$3")" "$(json "$4")" "$(json "$5")" "$(json "$6")" \
    "$(json "$7")" "$8" "$(json "$9")"
  ledger_line "$line"
}
