"""The simplified page for elderly people (适老化): works without JavaScript, step by step."""
