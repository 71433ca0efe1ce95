"""Everything that is true without a conversation: edges, storage, engine, composition."""
