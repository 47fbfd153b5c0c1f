# shellcheck shell=bash
# Whether Redis is well; health-script.ts renders what it needs to know:
#   port, run (the folder of the password), data (the folder of the log), logs: whether it writes a log.

wrong() {
  echo "$1"
  exit 1
}
{ exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || wrong "nothing listens on port $port"
printf 'AUTH health %s\r\nINFO persistence\r\nPING\r\n' "$(<"$run/health.password")" >&3 || wrong 'it hung up'
info=
line=
while IFS= read -r -t 1 line <&3; do
  line=${line%$'\r'}
  case $line in
    # Redis refuses even this while its log fails; what it said before tells why.
    +PONG | -MISCONF*) break ;;
    -*) wrong "it says: ${line#-}" ;;
    *) info+="$line " ;;
  esac
done
[[ $line == +PONG || $line == -MISCONF* ]] || wrong 'no answer within a second'
[[ $info == *loading:0* ]] || wrong 'it is still reading its data'
if ((logs)); then
  [[ $info == *aof_enabled:1* ]] || wrong 'it writes no log (appendonly)'
  [[ $info == *aof_last_write_status:ok* ]] ||
    wrong "it cannot write its log and refuses writes: $(df --output=pcent,target "$data" | tail -n 1 | xargs) full"
fi
if [[ -s $run/problems ]]; then wrong "$(tail -n 1 "$run/problems")"; fi
