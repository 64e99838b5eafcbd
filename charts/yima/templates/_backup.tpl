{{/* What every pod that backs up or restores has in common. */}}
{{- define "backup.seconds" -}}21600{{- end }}

{{- define "backup.clock" -}}
timeZone: {{ .Values.global.city.timeZone | quote }}
concurrencyPolicy: Forbid
startingDeadlineSeconds: 3600
successfulJobsHistoryLimit: 3
failedJobsHistoryLimit: 5
{{- if .Values.global.restore }}
suspend: true
{{- end }}
{{- end }}

{{- define "backup.pod" -}}
restartPolicy: Never
automountServiceAccountToken: false
enableServiceLinks: false
dnsConfig: {{- include "service.dns" . | nindent 2 }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.global.image.pullSecrets }}
imagePullSecrets: {{- range . }}
  - {name: {{ . }}}
{{- end }}
{{- end }}
{{- end }}

{{- define "backup.confined" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* A container with psql, pg_dump and pg_restore. */}}
{{- define "backup.tools" -}}
image: {{ .Values.backup.image | default .Values.global.database.embedded.image }}
command: [bash, -c]
resources: {{- toYaml .Values.backup.resources | nindent 2 }}
securityContext: {{- include "backup.confined" . | nindent 2 }}
{{- end }}

{{/* A container with our own code. */}}
{{- define "backup.ours" -}}
image: {{ with .Values.global.image }}{{ .registry }}/{{ .repository }}:{{ .tag }}{{ with .digest }}@{{ . }}{{ end }}{{ end }}
imagePullPolicy: {{ .Values.global.image.pullPolicy }}
resources: {{- toYaml .Values.backup.resources | nindent 2 }}
securityContext: {{- include "backup.confined" . | nindent 2 }}
{{- end }}

{{/* Where everything is: the databases of `names`, by a key of their secrets or on the scratch server; and that of one whose restore is finished, or whose task is done. */}}
{{- define "backup.env" -}}
{{- $root := .root }}{{ $key := .key }}{{ $scratch := .scratch -}}
- {name: YIMA_BACKUPS, value: /backups}
- {name: YIMA_CHOSEN, value: /scratch/chosen}
- {name: YIMA_SCRIPTS, value: /scripts}
- {name: YIMA_CITY_FILE, value: /etc/yima/city.yaml}
{{- if $scratch }}
- {name: YIMA_SCRATCH_URL, value: "postgresql://postgres@127.0.0.1:5432/postgres"}
{{- end }}
{{- range .names }}
- name: YIMA_BACKUP_URL_{{ upper . }}
  {{- include "backup.url" (dict "root" $root "service" . "key" $key "scratch" $scratch) | nindent 2 }}
{{- end }}
{{- with .restored }}
- name: YIMA_MIGRATION_DATABASE_URL
  {{- include "backup.url" (dict "root" $root "service" . "key" $key "scratch" $scratch) | nindent 2 }}
{{- end }}
{{- with .task }}
- name: YIMA_DATABASE_URL
  {{- include "backup.url" (dict "root" $root "service" . "key" $key "scratch" $scratch) | nindent 2 }}
{{- with (index $root.Values .).secretEnv }}{{- with .YIMA_KEY_ENCRYPTION_KEYS }}
- name: YIMA_KEY_ENCRYPTION_KEYS
  valueFrom: {secretKeyRef: {name: {{ tpl .secret $root | quote }}, key: {{ .key | quote }}}}
{{- end }}{{- end }}
{{- end }}
{{- end }}

{{- define "backup.url" -}}
{{- if .scratch -}}
value: postgresql+asyncpg://postgres@127.0.0.1:5432/{{ .service }}
{{- else -}}
valueFrom: {secretKeyRef: {name: {{ include "yima.databaseSecret" . }}, key: {{ .key | quote }}}}
{{- end }}
{{- end }}

{{- define "backup.mounts" -}}
- {name: backups, mountPath: /backups{{ if .readOnly }}, readOnly: true{{ end }}}
- {name: scripts, mountPath: /scripts, readOnly: true}
- {name: city, mountPath: /etc/yima, readOnly: true}
- {name: scratch, mountPath: /scratch}
- {name: tmp, mountPath: /tmp}
{{- end }}

{{- define "backup.volumes" -}}
- name: backups
  persistentVolumeClaim: {claimName: {{ .claim }}{{ if .readOnly }}, readOnly: true{{ end }}}
- {name: scripts, configMap: {name: {{ .root.Release.Name }}-backup}}
- {name: city, configMap: {name: {{ .root.Release.Name }}-city}}
- {name: scratch, emptyDir: {sizeLimit: {{ .root.Values.backup.drill.scratchSize }}}}
- {name: tmp, emptyDir: {medium: Memory, sizeLimit: 64Mi}}
{{- end }}
