// title:   다리 역할을 하는 곳 | Bridges
// asks:    사례를 이어 주는 다리 역할은 어디가 하고, 한 곳이 빠지면 네트워크는 무엇을 잃는가 | Who stands between others, and what does each network lose if one partner leaves?
// param:   networks list<text> of Network = []  이 네트워크와 그 주관 센터가 맡은 사례만 봅니다. 비우면 전부 | only these networks and cases their lead centers handled; empty means all
// param:   kinds list<text> in center_kind, institution_kind = []  이 종류의 기관만 보여 줍니다. 비우면 전부 | show only partners of these kinds; empty means all
// param:   findings list<text> in bridge_finding = []  이 종류의 결과만 봅니다. 비우면 전부 | only findings of these kinds; empty means all
// param:   top integer 1..20000 = 200  결과 종류마다 최대 행 수 | the most rows of each kind of finding
// returns: finding text in bridge_finding "결과" "finding"
// returns: network_id text of Network "네트워크 식별자" "network id"
// returns: network_name text "네트워크" "network"
// returns: partner_id text of Center, Institution "기관 식별자" "partner id"
// returns: partner_name text "기관" "partner"
// returns: kind text in center_kind, institution_kind "종류" "kind"
// returns: coordinator integer "같은 종류 잇기" "coordinator: within one kind"
// returns: consultant integer "밖에서 잇기" "consultant: from outside"
// returns: gatekeeper integer "안으로 들이기" "gatekeeper: into its kind"
// returns: representative integer "밖으로 내보내기" "representative: out of its kind"
// returns: liaison integer "두루 잇기" "liaison: three kinds"
// returns: betweenness number "사이에 선 정도(사이 중심성)" "standing between (betweenness)"
// returns: constraint number "매인 정도(제약, 낮을수록 자유로움)" "tied down (constraint, the lower the freer)"
// returns: cases cases "주고받은 사례 수" "cases handed over or taken on"
// returns: cut_off set<text> of Center, Institution "끊기는 곳" "members cut off"
// returns: needs_lost set<text> of Need "더는 해소하지 못하는 애로사항" "needs no longer served"
// returns: paths_lost set<text> of Center, Institution "사례가 닿지 못하는 곳" "partners no hand-over reaches"
// returns: sources set<source> "출처" "sources"
// key:     finding, network_id, partner_id
// tables:  finding
// draws:   partner_id -[PARTNERS_WITH]-> cut_off, partner_id -[SUPPORTED_BY]-> paths_lost
// evidence: observed
// says:    이어받은 사례가 있는 {words.partners}곳 가운데 {words.brokers}곳이 서로 다른 곳을 이어 주었습니다. {words.losses}곳은 빠지면 네트워크가 잃는 것이 있습니다. | Of {words.partners:partner/partners} in hand-overs, {words.brokers} stand between others; {words.losses} would cost a network something by leaving.
// none:    다리 역할을 알 수 있는 이어받기나 협력이 적혀 있지 않습니다. | No hand-over and no tie is told that would show a bridge.
// note:    역할은 세 곳이 차례로 이어졌는데 처음과 끝이 직접 이어지지 않은 경우를 센 것입니다(Gould와 Fernandez). 기관 종류로 나누어 셉니다. 같은 종류 잇기는 세 곳이 모두 같은 종류, 밖에서 잇기는 앞뒤 두 곳만 같은 종류, 안으로 들이기는 다른 종류에서 받아 같은 종류로 넘긴 것, 밖으로 내보내기는 같은 종류에서 받아 다른 종류로 넘긴 것, 두루 잇기는 세 곳이 모두 다른 종류인 것입니다. | Roles count ways from one partner over it to a third without a tie from first to third (Gould and Fernandez); by kind of partner. Coordinator: all three of one kind. Consultant: only the two ends are of one kind. Gatekeeper: takes from another kind and hands on to its own. Representative: takes from its own kind and hands on to another. Liaison: three different kinds.
// note:    이어받기는 한 사례에서 잇따른 두 지원 단계를 서로 다른 곳이 맡은 것입니다. 출처에 적힌 곳만 셌으므로 적은 사례에서는 우연이 큽니다. | A hand-over is two supporting steps of a case in a row by different partners; only named ones count, so with few cases chance is large.
// note:    잃는 것은 출처에 적힌 참여와 협력, 프로그램, 그리고 주관 센터가 맡은 사례의 이어받기만으로 셌습니다. 적히지 않은 대안이 있을 수 있습니다. 주관하는 곳이 빠지는 경우는 셈하지 않았습니다. | Losses follow from told memberships, partnerships and programs and from hand-overs of the lead's own cases; others may exist. The lead's own leaving is not counted.

// part: joined by network_id, member_id
MATCH (member:Center|Institution)-[joining:LEADS|MEMBER_OF]->(network:Network)
WHERE (size($networks) = 0 OR network.id IN $networks)
  AND ($as_of = '' OR (coalesce(joining.valid_from, $as_of) <= $as_of AND coalesce(joining.valid_to, $as_of) >= $as_of))
RETURN network.id AS network_id, network.name AS network_name, member.id AS member_id, min(joining.dataset_id + '#' + joining.locator) AS source
ORDER BY network_id, member_id
LIMIT 1000000

// part: leads by network_id, leader_id
MATCH (leader:Center|Institution)-[leading:LEADS]->(network:Network)
WHERE (size($networks) = 0 OR network.id IN $networks)
  AND ($as_of = '' OR (coalesce(leading.valid_from, $as_of) <= $as_of AND coalesce(leading.valid_to, $as_of) >= $as_of))
RETURN network.id AS network_id, leader.id AS leader_id, count(leading.id) AS leadings
ORDER BY network_id, leader_id
LIMIT 1000000

// part: declared by first_id, second_id
MATCH (first_node:Center|Institution)-[link:PARTNERS_WITH]->(second_node:Center|Institution)
WHERE ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
RETURN first_node.id AS first_id, second_node.id AS second_id, count(link.id) AS links
ORDER BY first_id, second_id
LIMIT 5000000

// part: serves by provider_id, need_id
MATCH (provider:Center|Institution)-[offering:OFFERS]->(program:Program)-[:ADDRESSES]->(need:Need)
WHERE ($as_of = '' OR (coalesce(offering.valid_from, $as_of) <= $as_of AND coalesce(offering.valid_to, $as_of) >= $as_of))
  AND ($as_of = '' OR (coalesce(program.valid_from, $as_of) <= $as_of AND coalesce(program.valid_to, $as_of) >= $as_of))
  AND ($as_of <> '' OR NOT coalesce(program.status, '') IN ['planned', 'closed'])
RETURN provider.id AS provider_id, need.id AS need_id, count(DISTINCT program.id) AS programs
ORDER BY provider_id, need_id
LIMIT 5000000

// part: partners by partner_id
MATCH (partner:Center|Institution)
WHERE partner.id IN $wanted
RETURN partner.id AS partner_id, partner.name AS partner_name, partner.kind AS kind, partner.dataset_id + '#' + partner.locator AS source
ORDER BY partner_id
LIMIT 1000000

// part: n
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)
WHERE size($handlers) = 0 OR center.id IN $handlers
RETURN count(DISTINCT case_file.id) AS n
