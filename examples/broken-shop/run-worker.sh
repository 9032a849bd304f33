#!/bin/sh
# Starts the worker that looks up addresses.
docker run --rm --env-file .env registry.example.com/shop/worker:latest
