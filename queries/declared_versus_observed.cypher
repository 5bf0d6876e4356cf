// title:   적힌 협력과 실제 협력 | Declared and observed partnerships
// asks:    협력 관계로 적혔지만 사례에는 없는 곳은 어디이고, 사례에서는 함께했지만 적히지 않은 곳은 어디인가 | Which declared partnerships show in no case, and which partners worked on a case together undeclared?
// param:   centers list<text> of Center = []  이 센터의 협력과 이 센터가 맡은 사례만 봅니다. 비우면 전부 | only partnerships of these centers and cases they handled; empty means all
// param:   findings list<text> in tie_finding = []  이 종류의 결과만 봅니다. 비우면 전부 | only findings of these kinds; empty means all
// param:   top integer 1..20000 = 500  결과 종류마다 최대 행 수 | the most rows of each kind of finding
// returns: finding text in tie_finding "결과" "finding"
// returns: first_id text of Center, Institution "한쪽 식별자" "first id"
// returns: first_name text "한쪽(맡기거나 넘긴 곳)" "one (handled or handed over)"
// returns: second_id text of Center, Institution "다른 쪽 식별자" "second id"
// returns: second_name text "다른 쪽(지원하거나 이어받은 곳)" "the other (supported or took over)"
// returns: kinds set<text> in partnership_kind "적힌 협력" "declared as"
// returns: tie text "그림의 관계" "relationship drawn"
// returns: same_network boolean "같은 네트워크 참여" "in one network"
// returns: cases cases "사례 수" "cases"
// returns: case_ids set<case> of CaseFile "사례 식별자" "case ids"
// returns: sources set<source> "출처" "sources"
// key:     finding, first_id, second_id
// draws:   first_id -[tie]-> second_id
// rows:    groups
// tables:  finding
// evidence: observed
// says:    적힌 협력 {words.declared}건 가운데 {words.unused}건은 사례에 나타나지 않습니다. 사례를 지원했지만 협력 관계로 적히지 않은 곳은 {words.supports}쌍, 사례를 이어받았지만 적히지 않은 곳은 {words.handovers}쌍입니다. | Of {words.declared:declared partnership/declared partnerships}, {words.unused} show in no case; {words.supports:pair/pairs} supported and {words.handovers:pair/pairs} handed over cases undeclared.
// none:    조건에 맞는 협력이나 사례가 적혀 있지 않습니다. | No partnership and no case is told for this.
// note:    사례에 없다고 해서 협력하지 않았다는 뜻은 아닙니다. 기업 발굴이나 공동 행사처럼 사례에 남지 않는 협력도 있습니다. | A partnership that shows in no case may still be alive: joint events or finding companies leave no trace in cases.
// note:    협력 관계로 적히지 않았다고 해서 협약이 없다는 뜻은 아닙니다. 출처가 모두 적지 않았을 수 있습니다. | A partnership that is not declared may exist all the same; the source may not tell all.
// note:    이어받기는 한 사례에서 잇따른 두 지원 단계를 서로 다른 곳이 맡은 것입니다. 같은 프로그램을 둘이 함께 맡은 단계는 공동 지원으로 보아 뺐고, 제공하지 못했거나 본인이 거절한 단계는 건너뛰었습니다. | A hand-over is two supporting steps in a row by different partners; two steps of one program are a joint service and left out, declined steps and those not served are skipped.

// part: declared by first_id, second_id, link_id
MATCH (first_node:Center|Institution)-[link:PARTNERS_WITH]->(second_node:Center|Institution)
WHERE ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
RETURN first_node.id AS first_id, second_node.id AS second_id, link.kind AS kind, link.dataset_id + '#' + link.locator AS source, link.id AS link_id
ORDER BY first_id, second_id, link_id
LIMIT 5000000

// part: joined by member_id, network_id
MATCH (member:Center|Institution)-[joining:LEADS|MEMBER_OF]->(network:Network)
WHERE ($as_of = '' OR (coalesce(joining.valid_from, $as_of) <= $as_of AND coalesce(joining.valid_to, $as_of) >= $as_of))
RETURN member.id AS member_id, network.id AS network_id, count(joining.id) AS joinings
ORDER BY member_id, network_id
LIMIT 5000000

// part: n
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)
WHERE size($centers) = 0 OR center.id IN $centers
RETURN count(DISTINCT case_file.id) AS n
