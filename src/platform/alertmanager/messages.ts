/**
 * The texts of messages, as templates of Alertmanager: what it is and where in the first line, then one line an alert,
 * then where to read on.
 */
export const MESSAGES = `{{ define "unde.title" -}}
[{{ if eq .Status "firing" }}{{ .CommonLabels.severity | toUpper }}{{ else }}RESOLVED{{ end }}] {{ .GroupLabels.alertname }}
{{- if .CommonLabels.host }} on {{ .CommonLabels.host }}{{ else if .CommonLabels.site }} in {{ .CommonLabels.site }}{{ end }}
{{- if gt (len .Alerts) 1 }} ({{ len .Alerts }}){{ end }}
{{- end }}

{{ define "unde.lines" -}}
{{ range .Alerts }}{{ .Annotations.summary }} (since {{ .StartsAt.UTC.Format "2006-01-02 15:04:05" }} UTC)
{{ end -}}
{{ if .CommonAnnotations.runbook }}{{ .CommonAnnotations.runbook }}{{ end }}
{{- end }}

{{ define "unde.text" }}{{ template "unde.lines" . }}{{ end }}

{{ define "unde.telegram" }}<b>{{ template "unde.title" . }}</b>
{{ template "unde.lines" . }}{{ end }}

{{ define "unde.color" -}}
{{ if eq .Status "resolved" }}good{{ else if eq .CommonLabels.severity "critical" }}danger{{ else }}warning{{ end }}
{{- end }}
`;
