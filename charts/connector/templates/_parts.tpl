{{- define "connector.name" -}}
{{ .Release.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "connector.selector" -}}
app.kubernetes.io/name: yima-connector
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "connector.labels" -}}
{{ include "connector.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* connector.yaml: the values, and where things lie in the pod. */}}
{{- define "connector.settings" -}}
{{- $city := dict "url" .Values.city.url "client_id" .Values.city.clientId "key_file" "/etc/yima-connector-key/connector.key" }}
{{- with .Values.city.proxy }}{{ $_ := set $city "proxy" . }}{{ end }}
{{- $sources := dict }}
{{- range $name, $source := .Values.sources }}
{{- $_ := set $sources $name (merge (dict "mapping" (printf "%s.mapping.yaml" $name)) (omit $source "mapping")) }}
{{- end }}
{{- $settings := dict "city" $city "status" (dict "host" "0.0.0.0" "port" 8088) "sources" $sources }}
{{- $_ := set $settings "spool" (dict "folder" "/var/lib/yima-connector/spool" "keep_days" .Values.spool.keepDays) }}
{{- with .Values.retry }}{{ $_ := set $settings "retry" . }}{{ end }}
{{- toYaml $settings }}
{{- end }}
