CREATE TABLE topics (
    id bigint PRIMARY KEY,
    board int NOT NULL,
    slug text NOT NULL,
    score int NOT NULL,
    UNIQUE (board, slug)
);
