# SPDX-License-Identifier: GPL-2.0-only
# Is the JSON in FILE valid by SCHEMA?  usage: validate.py SCHEMA FILE
import json
import sys

import jsonschema

schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.Draft202012Validator(schema).validate(json.load(open(sys.argv[2])))
