{{/* The release's name, which all objects have. */}}
{{- define "dolphinstage-models.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" }}{{ end }}
{{- end }}

{{/* What never changes during a release's life: selectors can't. */}}
{{- define "dolphinstage-models.selector" -}}
app.kubernetes.io/name: dolphinstage
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: model-server
{{- end }}

{{- define "dolphinstage-models.labels" -}}
{{ include "dolphinstage-models.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "dolphinstage-models.image" -}}
{{- with .Values.image }}{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}{{ end }}
{{- end }}

{{- define "dolphinstage-models.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "dolphinstage-models.name" .) }}
{{- end }}

{{/* For every container alike. */}}
{{- define "dolphinstage-models.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}
