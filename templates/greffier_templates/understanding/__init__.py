"""What a template is about, for those who work with it: nothing here fills one for anybody.

- :mod:`.schema`: the JSON Schema of the data it needs; :mod:`.data_schema` holds data against
  one that a designer made of it;
- :mod:`.sample`: data that comes into every branch of it;
- :mod:`.explain`: its outline in words.

All start from :mod:`.outline`, its markers as they enclose each other. :mod:`.needs` goes
through them and notes in :mod:`.shapes` what each expression does with which place of the data.
"""
