// Keeps the opened sheet of a class for times without network, and sends what waits. Scope: /health/roll/.
importScripts("{% static 'health/outbox.js' %}", "{% static 'health/keeping.js' %}");
