#!/bin/sh
# Runs once, in the database container, when its volume is empty: makes the owner's role, the application's, and the database.
set -eu
psql -v ON_ERROR_STOP=1 -v owner_password="$CSMS_OWNER_PASSWORD" -v app_password="$CSMS_APP_PASSWORD" \
  --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role csms_owner login password :'owner_password';
create role csms_app login password :'app_password';
create database csms owner csms_owner;
revoke connect on database csms from public;
grant connect on database csms to csms_app;
SQL
